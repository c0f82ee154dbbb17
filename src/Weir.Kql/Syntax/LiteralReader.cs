using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>Reads the text inside <c>datetime(…)</c>, <c>long(…)</c> and so on, and bare numbers and times.</summary>
internal static class LiteralReader
{
    /// <summary>The value of <c>type(text)</c>, or null when the text is malformed.</summary>
    public static Literal? Read(string type, string text)
    {
        var kind = KqlTypes.Named(type);
        text = text.Trim();
        if (text is "null") return new Literal(kind, null);
        var bare = text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
        return kind switch
        {
            KqlType.Bool => bare.ToLowerInvariant() switch { "true" or "1" => new(kind, true), "false" or "0" => new(kind, false), _ => null },
            KqlType.Int => Integer(text) is long i and >= int.MinValue and <= int.MaxValue ? new(kind, (int)i) : null,
            KqlType.Long => Integer(text) is long l ? new(kind, l) : null,
            KqlType.Real => Real(text) is double r ? new(kind, r) : null,
            KqlType.Decimal => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var m) ? new(kind, m) : null,
            KqlType.DateTime => DateTimeReader.Read(bare) is long t ? new(kind, t) : null,
            KqlType.TimeSpan => TimeSpanReader.Read(bare) is long s ? new(kind, s) : null,
            KqlType.Guid => Guid.TryParse(bare, out var g) ? new(kind, g) : null,
            _ => null,
        };
    }

    /// <summary>A decimal or 0x integer with an optional sign, as 64 bits.</summary>
    public static long? Integer(string text)
    {
        var negative = text.StartsWith('-');
        var digits = text.TrimStart('+', '-').Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? unchecked(negative ? -(long)hex : (long)hex) : null;
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
        if (negative) return value <= 1UL << 63 ? unchecked(-(long)value) : null;
        return value <= long.MaxValue ? (long)value : null;
    }

    /// <summary>A floating-point number; +inf, -inf and nan too.</summary>
    public static double? Real(string text) => text.ToLowerInvariant() switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null,
    };
}
