using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Weir.Kql.Syntax;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Conversions: tolong(), tostring() and their kin, by what is given (s text, r real, d dynamic, t instant, p length of time, m decimal).</summary>
internal static class ConversionFunctions
{
    private static readonly SearchValues<char> _number = SearchValues.Create("0123456789.-+");

    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_text_r", r => r.Real(0) is { } v ? Texts.RealByEngine(v) : ""),
        Text("k_text_t", r => r.Long(0) is { } v ? Texts.Instant(v) : ""),
        Text("k_text_p", r => r.Long(0) is { } v ? Texts.Span(v) : ""),
        Text("k_json_r", r => r.Real(0) is { } v ? double.IsFinite(v) ? Texts.Real(v) : $"\"{Texts.RealInJson(v)}\"" : null),
        Bool("k_bool_s", r => ToBool(r.Text(0))),
        Bool("k_bool_d", r => JsonValues.Read(r.Json(0)) is { } node ? node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => JsonValues.Number(node) != 0,
            JsonValueKind.String => ToBool(node.GetValue<string>()),
            _ => null,
        } : null),
        Int("k_int_s", r => ToLong(r.Text(0)) is { } v and >= int.MinValue and <= int.MaxValue ? (int)v : null),
        Int("k_int_l", r => r.Long(0) is { } v ? unchecked((int)v) : null),
        Long("k_long_s", r => ToLong(r.Text(0))),
        Long("k_long_r", r => r.Real(0) is { } v ? Cut(v) : null),
        Long("k_long_m", r => ToDecimal(r.Text(0)) is { } v && v is >= long.MinValue and <= long.MaxValue ? (long)decimal.Truncate(v) : null),
        Long("k_long_d", r => FromJson(r.Json(0))),
        Real("k_real_s", r => ToReal(r.Text(0))),
        Real("k_real_d", r => RealFromJson(r.Json(0))),
        Long("k_datetime_s", r => DateTimeReader.Read(r.Text(0))),
        Long("k_datetime_d", r => JsonValues.Read(r.Json(0)) is { } n ? n.GetValueKind() == JsonValueKind.String ? DateTimeReader.Read(n.GetValue<string>()) : JsonValues.Whole(n) : null),
        Long("k_timespan_s", r => ToSpan(r.Text(0))),
        Long("k_timespan_d", r => JsonValues.Read(r.Json(0)) is { } n ? n.GetValueKind() == JsonValueKind.String ? ToSpan(n.GetValue<string>()) : JsonValues.Whole(n) : null),
        Text("k_guid_s", r => ToGuid(r.Text(0))),
        Text("k_decimal_s", r => ToDecimal(r.Text(0)) is { } v ? Canonical(v) : null),
        Text("k_decimal_r", r => r.Real(0) is { } v && Math.Abs(v) < 7.9e28 ? Canonical((decimal)v) : null),
        Text("k_decimal_add", r => Decimals(r, (a, b) => a + b)),
        Text("k_decimal_sub", r => Decimals(r, (a, b) => a - b)),
        Text("k_decimal_mul", r => Decimals(r, (a, b) => a * b)),
        Text("k_decimal_div", r => Decimals(r, (a, b) => b == 0 ? null : a / b)),
        Text("k_decimal_mod", r => Decimals(r, (a, b) => b == 0 ? null : a % b is var m && m < 0 ? m + Math.Abs(b) : m)),
        Long("k_add", r => r.Long(0) is { } a && r.Long(1) is { } b ? unchecked(a + b) : null),
        Long("k_sub", r => r.Long(0) is { } a && r.Long(1) is { } b ? unchecked(a - b) : null),
        Long("k_mul", r => r.Long(0) is { } a && r.Long(1) is { } b ? unchecked(a * b) : null),
        Text("k_parse_json", r => ParseJson(r.Text(0))),
        Text("k_gettype", r => JsonValues.Read(r.Json(0))?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.Object => "dictionary",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => JsonValues.Whole(JsonValues.Read(r.Json(0))) is null ? "real" : "long",
            _ => "bool",
        }),
    ];

    /// <summary>true, false, or a number; null for other texts.</summary>
    public static bool? ToBool(string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase) ? true : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? false : ToLong(text) is { } number ? number != 0 : null;

    /// <summary>A whole number, decimal or 0x; null for other texts.</summary>
    public static long? ToLong(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(trimmed[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? unchecked((long)hex) : null;
        return long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>A number; null for other texts.</summary>
    public static double? ToReal(string text)
    {
        var trimmed = text.Trim();
        return trimmed.ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" or "+inf" or "infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            _ => double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        };
    }

    /// <summary>A length of time: with a unit or with colons. A bare number has no unit and is none.</summary>
    public static long? ToSpan(string text) => !text.AsSpan().Trim().ContainsAnyExcept(_number) && text.Contains('.', StringComparison.Ordinal) ? null : TimeSpanReader.Read(text);

    /// <summary>A guid in canonical form, from its digits with or without hyphens.</summary>
    public static string? ToGuid(string text) => Guid.TryParse(text.Replace("-", "", StringComparison.Ordinal).Trim(), out var value) ? value.ToString() : null;

    /// <summary>A decimal; null for other texts.</summary>
    public static decimal? ToDecimal(string text) => decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The JSON without blanks; a text that is no JSON becomes a JSON string.</summary>
    public static string? ParseJson(string text)
    {
        if (text.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 128 });
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => JsonValues.Write(JsonValues.Bag(text)),
                _ => JsonValues.Write(JsonValues.Read(text)),
            };
        }
        catch (JsonException)
        {
            return JsonValues.Quote(text);
        }
    }

    // Towards zero; what a long cannot hold is its least value, as the processor has it.
    private static long? Cut(double value) => double.IsNaN(value) ? null : value is >= 9.2233720368547758e18 or < -9.2233720368547758e18 ? long.MinValue : (long)value;

    private static long? FromJson(string? json)
    {
        if (json is null) return null;
        if (long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var plain)) return plain;
        var node = JsonValues.Read(json);
        return node?.GetValueKind() switch
        {
            JsonValueKind.Number => Cut(JsonValues.Number(node)!.Value),
            JsonValueKind.String => ToLong(node.GetValue<string>()),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => null,
        };
    }

    private static double? RealFromJson(string? json)
    {
        var node = JsonValues.Read(json);
        return node?.GetValueKind() switch
        {
            JsonValueKind.Number => JsonValues.Number(node),
            JsonValueKind.String => ToReal(node.GetValue<string>()),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => null,
        };
    }

    private static string Canonical(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string? Decimals(FunctionRow row, Func<decimal, decimal, decimal?> combine)
    {
        try
        {
            return ToDecimal(row.Text(0)) is { } a && ToDecimal(row.Text(1)) is { } b && combine(a, b) is { } c ? Canonical(c) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
