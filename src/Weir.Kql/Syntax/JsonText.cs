using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>A literal as JSON: what it is inside a dynamic value.</summary>
internal static class JsonText
{
    public static void Append(StringBuilder json, Literal literal) => _ = literal.Value switch
    {
        null => json.Append("null"),
        bool b => json.Append(b ? "true" : "false"),
        int i => json.Append(i),
        long l when literal.Type == KqlType.DateTime => Quote(json, DateTimeText(l)),
        long l when literal.Type == KqlType.TimeSpan => Quote(json, TimeSpanText(l)),
        long l => json.Append(l),
        double d when !double.IsFinite(d) => Quote(json, double.IsNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity"),
        double d => json.Append(RealText(d)),
        decimal m => Quote(json, m.ToString(CultureInfo.InvariantCulture)),
        Guid g => Quote(json, g.ToString()),
        string s when literal.Type == KqlType.Dynamic => json.Append(s),
        _ => Quote(json, (string)literal.Value!),
    };

    public static Literal AsDynamic(this Literal literal)
    {
        var json = new StringBuilder();
        Append(json, literal);
        return new(KqlType.Dynamic, json.ToString());
    }

    private static StringBuilder Quote(StringBuilder json, string text) => json.Append('"').Append(JsonEncodedText.Encode(text)).Append('"');

    private static string RealText(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    private static string DateTimeText(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static string TimeSpanText(long ticks) => new TimeSpan(ticks).ToString("c", CultureInfo.InvariantCulture);
}
