using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Dynamic values are JSON texts; this reads and writes them as the other functions do.</summary>
internal static class JsonValues
{
    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };
    private static readonly JsonDocumentOptions _deep = new() { MaxDepth = 128 };

    /// <summary>The value of a JSON text; null for null and for what is no JSON.</summary>
    public static JsonNode? Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: _deep);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An array, or null for anything else.</summary>
    public static JsonArray? Array(string? text) => Read(text) as JsonArray;

    /// <summary>A bag, or null for anything else; a key that stands twice has its last value.</summary>
    public static JsonObject? Bag(string? text)
    {
        if (Read(text) is not JsonObject bag) return null;
        try
        {
            _ = bag.Count;
            return bag;
        }
        catch (ArgumentException)
        {
            return Distinct(text!);
        }
    }

    /// <summary>The JSON text, without blanks.</summary>
    public static string? Write(JsonNode? node) => node?.ToJsonString(_plain);

    /// <summary>A text in quotes.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, _plain);

    /// <summary>The text of an element as tostring() gives it.</summary>
    public static string TextOf(JsonNode? node) => node is null ? "" : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : Write(node)!;

    /// <summary>A number, or null for anything else.</summary>
    public static double? Number(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number ? double.Parse(Write(node)!, CultureInfo.InvariantCulture)
        : node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is "NaN" or "Infinity" or "-Infinity" ? double.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture) : null;

    /// <summary>An integer, or null for anything else.</summary>
    public static long? Whole(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number && long.TryParse(Write(node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A node for a double: a number with a point, or a text for what JSON has no number.</summary>
    public static JsonNode Real(double value) => double.IsFinite(value) ? JsonNode.Parse(Texts.Real(value))! : JsonValue.Create(Texts.RealInJson(value))!;

    /// <summary>A copy, for a node may have one parent only.</summary>
    public static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    private static JsonObject Distinct(string text)
    {
        using var document = JsonDocument.Parse(text, _deep);
        var bag = new JsonObject();
        foreach (var property in document.RootElement.EnumerateObject()) bag[property.Name] = Read(property.Value.GetRawText());
        return bag;
    }
}
