using System.Globalization;

namespace Weir.Kql.Syntax;

/// <summary>Reads the ways of writing an instant that Kusto takes. Public, for todatetime() must take the same.</summary>
public static class DateTimeReader
{
    private static readonly string[] _days =
    [
        "yyyy-M-d", "M/d/yyyy", "yyyy-MM", "yyyy", "yyyyMMdd", "d MMM yyyy", "dd MMM yyyy", "ddd, d MMM yyyy", "ddd, dd MMM yyyy", "dddd, dd-MMM-yy", "d-MMM-yy", "MMM d yyyy", "yyyy/M/d", "M-d-yyyy",
    ];

    private static readonly string[] _times = ["H:m:s.FFFFFFF", "H:m:s", "H:m", "%H", "HHmmss", "HHmm", "h:mm:ss tt", "h:mm tt"];

    /// <summary>100-ns ticks since 0001-01-01 UTC, or null when the text is no instant. More than seven digits of a second are cut.</summary>
    public static long? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.Contains(',', StringComparison.Ordinal) && Parts(text) is { } parts) return parts;
        text = Trimmed(text, out var offset);
        if (offset is null) return null;
        var split = text.IndexOf('T', StringComparison.Ordinal);
        if (split < 8) split = text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? text.LastIndexOf(' ', colon) : -1;
        var (day, time) = split > 0 ? (text[..split].Trim(), text[(split + 1)..].Trim()) : (text, "");
        time = CutFraction(time);
        if (!DateTime.TryParseExact(day, _days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return null;
        var clock = DateTime.MinValue;
        if (time.Length > 0 && !DateTime.TryParseExact(time, _times, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out clock)) return null;
        var ticks = date.Ticks + clock.TimeOfDay.Ticks - offset.Value;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? ticks : null;
    }

    // datetime(2026, 3, 1): year, month, day, hour, minute, second.
    private static long? Parts(string text)
    {
        var numbers = new int[] { 1, 1, 1, 0, 0, 0 };
        var parts = text.Split(',');
        if (parts.Length is < 3 or > 6) return null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        var good = numbers[0] is >= 1 and <= 9999 && numbers[1] is >= 1 and <= 12 && numbers[2] >= 1 && numbers[2] <= DateTime.DaysInMonth(numbers[0], numbers[1])
            && numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 60;
        return good ? new DateTime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], DateTimeKind.Utc).Ticks : null;
    }

    // Takes Z, GMT, UTC or +hh:mm off the end. The offset is null when it is malformed.
    private static string Trimmed(string text, out long? offset)
    {
        offset = 0;
        if (text.EndsWith('Z') || text.EndsWith('z')) return text[..^1].Trim();
        if (text.EndsWith(" GMT", StringComparison.Ordinal) || text.EndsWith(" UTC", StringComparison.Ordinal)) return text[..^4].Trim();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var sign = colon < 0 ? -1 : text.LastIndexOfAny(['+', '-']);
        if (sign < colon || sign < 0) return text;
        var digits = text[(sign + 1)..].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is not (2 or 4) || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            offset = null;
            return text;
        }

        var minutes = digits.Length == 2 ? number * 60 : number / 100 * 60 + number % 100;
        offset = minutes * TimeSpan.TicksPerMinute * (text[sign] == '-' ? -1 : 1);
        return text[..sign].Trim();
    }

    private static string CutFraction(string time)
    {
        var dot = time.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return time;
        var end = dot + 1;
        while (end < time.Length && char.IsAsciiDigit(time[end])) end++;
        return end - dot > 8 ? time[..(dot + 8)] + time[end..] : time;
    }
}
