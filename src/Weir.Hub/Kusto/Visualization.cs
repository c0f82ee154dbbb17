using System.Globalization;
using System.Text.Json;
using Weir.Kql.Plan;

namespace Weir.Hub.Kusto;

/// <summary>What <c>render</c> asked for, as the JSON text that clients of Kusto draw by.</summary>
internal static class Visualization
{
    private static readonly string[] _texts = ["Title", "XColumn", "Series", "YColumns", "AnomalyColumns", "XTitle", "YTitle", "XAxis", "YAxis", "Legend", "YSplit"];
    private static readonly string[] _bounds = ["Ymin", "Ymax", "Xmin", "Xmax"];

    /// <summary>The text; all members are there even when nothing is asked for.</summary>
    public static string Text(RenderRequest? render)
    {
        var bytes = Server.JsonAnswer.Bytes(json =>
        {
            json.WriteStartObject();
            if (render is null) json.WriteNull("Visualization");
            else json.WriteString("Visualization", render.Chart);
            foreach (var name in _texts)
            {
                if (Property(render, name) is { } value) json.WriteString(name, value);
                else json.WriteNull(name);
            }

            json.WriteBoolean("Accumulate", Property(render, "accumulate") == "true");
            json.WriteBoolean("IsQuerySorted", false);
            if (Property(render, "Kind") is { } kind) json.WriteString("Kind", kind);
            else json.WriteNull("Kind");
            foreach (var name in _bounds) Bound(json, name, Property(render, name));
            json.WriteEndObject();
        });
        return System.Text.Encoding.UTF8.GetString(bytes.Span);
    }

    /// <summary>A property of <c>render … with (…)</c>; null where it is not given.</summary>
    public static string? Property(RenderRequest? render, string name) =>
        render?.Properties.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static void Bound(Utf8JsonWriter json, string name, string? value)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) json.WriteNumber(name, number);
        else if (value is not null) json.WriteString(name, value);
        else if (name.StartsWith('Y')) json.WriteString(name, "NaN");
        else json.WriteNull(name);
    }
}
