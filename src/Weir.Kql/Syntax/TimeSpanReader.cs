using System.Globalization;

namespace Weir.Kql.Syntax;

/// <summary>Reads the ways of writing a length of time that Kusto takes. Public, for totimespan() must take the same.</summary>
public static class TimeSpanReader
{
    /// <summary>100-ns ticks, or null when the text is no length of time: <c>1d</c>, <c>90m</c>, <c>1.02:03:04.5</c>, <c>7</c> (days).</summary>
    public static long? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var negative = text.StartsWith('-');
        var body = text.TrimStart('-', '+').Trim();
        if (body.Length == 0) return null;
        var ticks = body.Contains(':', StringComparison.Ordinal) ? Clock(body) : Unit(body);
        return ticks is null ? null : unchecked(negative ? -ticks : ticks);
    }

    /// <summary>A number with a unit; the unit is days when there is none.</summary>
    internal static long? Unit(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        if (end == 0) return null;
        var unit = text[end..].Trim();
        if (!Keywords.TimeUnits.TryGetValue(unit.Length == 0 ? "d" : unit, out var ticks)) return null;
        if (long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var whole) && ticks >= 1)
        {
            var product = (Int128)whole * (long)ticks;
            return product <= long.MaxValue ? (long)product : null;
        }

        if (!decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
        var value = (double)number * ticks;
        return value < long.MaxValue ? (long)Math.Round(value) : null;
    }

    // [d.]hh:mm[:ss[.fffffff]]
    private static long? Clock(string text)
    {
        var parts = text.Split(':');
        if (parts.Length is < 2 or > 4) return null;
        long days = 0;
        var first = parts[0];
        if (parts.Length == 4)
        {
            if (!Number(first, out days)) return null;
            parts = parts[1..];
            first = parts[0];
        }
        else if (first.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
        {
            if (!Number(first[..dot], out days)) return null;
            first = first[(dot + 1)..];
        }

        long seconds = 0, fraction = 0;
        if (!Number(first, out var hours) || !Number(parts[1], out var minutes)) return null;
        if (parts.Length == 3)
        {
            var second = parts[2].Split('.');
            if (second.Length > 2 || !Number(second[0], out seconds)) return null;
            if (second.Length == 2 && !Number(second[1].PadRight(7, '0')[..7], out fraction)) return null;
        }

        if (hours > 23 || minutes > 59 || seconds > 59) return null;
        var ticks = (Int128)days * TimeSpan.TicksPerDay + hours * TimeSpan.TicksPerHour + minutes * TimeSpan.TicksPerMinute + seconds * TimeSpan.TicksPerSecond + fraction;
        return ticks <= (Int128)long.MaxValue + 1 ? unchecked((long)ticks) : null;
    }

    private static bool Number(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
