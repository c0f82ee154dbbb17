using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Weir.FlowLog.Query.Functions;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Cells as JSON in Kusto's forms: instants with a Z, lengths of time as [-][d.]hh:mm:ss[.fffffff], NaN and the infinities as texts, dynamic as JSON.</summary>
public static class CellJson
{
    /// <summary>Writes one cell.</summary>
    public static void Write(Utf8JsonWriter json, object? value, KqlType type)
    {
        ArgumentNullException.ThrowIfNull(json);
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool b: json.WriteBooleanValue(b); break;
            case long l when type == KqlType.DateTime: json.WriteStringValue(Instant(l)); break;
            case long l when type == KqlType.TimeSpan: json.WriteStringValue(Texts.Span(l)); break;
            case int or long or short or byte or BigInteger or uint or ulong when type == KqlType.Real: json.WriteNumberValue(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)); break;
            case int or long or short or byte or BigInteger or uint or ulong: json.WriteRawValue(System.Convert.ToString(value, CultureInfo.InvariantCulture)!); break;
            case double d when double.IsFinite(d): json.WriteRawValue(Texts.Real(d)); break;
            case double d: json.WriteStringValue(Texts.RealInJson(d)); break;
            case string s when type == KqlType.Dynamic: WriteDynamic(json, s); break;
            default: json.WriteStringValue(System.Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static void WriteDynamic(Utf8JsonWriter json, string text)
    {
        try
        {
            json.WriteRawValue(text);
        }
        catch (JsonException e)
        {
            throw new QueryFailedException($"A dynamic value is no JSON: {text}", e);
        }
    }

    /// <summary>A cell as plain text, for tables and CSV; nothing for null.</summary>
    public static string Text(object? value, KqlType type) => value switch
    {
        null => "",
        bool b => b ? "true" : "false",
        long l when type == KqlType.DateTime => Instant(l),
        long l when type == KqlType.TimeSpan => Texts.Span(l),
        double d => double.IsFinite(d) ? Texts.Real(d) : Texts.RealInJson(d),
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>An instant without the zeros at the end of its second's fraction.</summary>
    public static string Instant(long ticks) => ticks % TimeSpan.TicksPerSecond == 0
        ? new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
        : new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
}
