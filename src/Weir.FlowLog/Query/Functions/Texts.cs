using System.Globalization;
using System.Text;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Values as text, as tostring() gives them.</summary>
internal static class Texts
{
    /// <summary>A double as tostring() writes it, with a point or an exponent.</summary>
    public static string RealByEngine(double value) => double.IsFinite(value) ? ShortestDigits.Of(value) : Real(value);

    /// <summary>A double as the shortest number that reads back, with a point or an exponent.</summary>
    public static string Real(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    /// <summary>What a double that is no number is called inside JSON.</summary>
    public static string RealInJson(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    /// <summary>An instant with seven digits of a second.</summary>
    public static string Instant(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    /// <summary>A length of time: [-][d.]hh:mm:ss[.fffffff].</summary>
    public static string Span(long ticks) => new TimeSpan(ticks).ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Characters by code point, since that is what positions count.</summary>
    public static List<Rune> Runes(string text) => [.. text.EnumerateRunes()];

    /// <summary>A part of a text by code points.</summary>
    public static string Slice(string text, int start, int count)
    {
        if (count <= 0) return "";
        var result = new StringBuilder();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (at >= start + count) break;
            if (at++ >= start) result.Append(rune.ToString());
        }

        return result.ToString();
    }
}
