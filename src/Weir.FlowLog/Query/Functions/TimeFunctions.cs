using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of instants and lengths of time, all in ticks of 100 ns since 0001-01-01 UTC.</summary>
internal static class TimeFunctions
{
    private const long UnixEpoch = 621355968000000000;

    public static IEnumerable<NativeFunction> All =>
    [
        Long("k_datetime_part", r => r.Long(1) is { } t ? Part(r.Text(0), t) : null),
        Long("k_startof", r => r.Long(1) is { } t ? Start(r.Text(0), t, r.Long(2, 0)) : null),
        Long("k_endof", r => r.Long(1) is { } t && Start(r.Text(0), t, r.Long(2, 0) + 1) is { } next ? next - 1 : r.Long(1) is null ? null : DateTime.MaxValue.Ticks),
        Long("k_datetime_add", r => r.Long(1) is { } n && r.Long(2) is { } t ? Add(r.Text(0), n, t) : null),
        Long("k_datetime_diff", r => r.Long(1) is { } a && r.Long(2) is { } b ? Diff(r.Text(0), a, b) : null),
        Long("k_unixtime", r => FromUnix(r)),
        Long("k_make_datetime", r => MakeInstant(r)),
        Long("k_make_timespan", r => MakeSpan(r)),
        Text("k_format_datetime", r => r.Long(0) is { } t ? FormatInstant(t, r.Text(1)) : ""),
        Text("k_format_timespan", r => r.Long(0) is { } t ? FormatSpan(t, r.Text(1)) : ""),
        Long("k_datetime_utc_to_local", r => r.Long(0) is { } t && Zone(r.Text(1)) is { } zone ? TimeZoneInfo.ConvertTimeFromUtc(new DateTime(t, DateTimeKind.Utc), zone).Ticks : null),
        Long("k_datetime_local_to_utc", r => r.Long(0) is { } t && Zone(r.Text(1)) is { } zone ? t - zone.GetUtcOffset(new DateTime(t, DateTimeKind.Unspecified)).Ticks : null),
        Text("k_datetime_list_timezones", _ => JsonValues.Write(new JsonArray([.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Order(StringComparer.Ordinal).Select(z => (JsonNode)z)]))),
    ];

    private static long? Part(string part, long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        return part.ToLowerInvariant() switch
        {
            "year" => time.Year,
            "quarter" => (time.Month + 2) / 3,
            "month" => time.Month,
            "week_of_year" or "weekofyear" or "week" => ISOWeek.GetWeekOfYear(time),
            "day" => time.Day,
            "dayofyear" => time.DayOfYear,
            "hour" => time.Hour,
            "minute" => time.Minute,
            "second" => time.Second,
            "millisecond" => time.Millisecond,
            "microsecond" => ticks / 10 % 1_000_000,
            "nanosecond" => ticks % TimeSpan.TicksPerSecond * 100,
            _ => null,
        };
    }

    private static long? Start(string part, long ticks, long offset)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        switch (part)
        {
            case "day": return InRange(ticks - ticks % TimeSpan.TicksPerDay + (Int128)offset * TimeSpan.TicksPerDay);
            case "week": return InRange(ticks - ticks % TimeSpan.TicksPerDay - (int)time.DayOfWeek * TimeSpan.TicksPerDay + (Int128)offset * 7 * TimeSpan.TicksPerDay);
            case "month": return Months(((long)time.Year * 12) + time.Month - 1 + offset);
            default: return Months((time.Year + offset) * 12);
        }
    }

    private static long? Months(long months) => months is >= 12 and < 120000 ? new DateTime((int)(months / 12), (int)(months % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks : null;

    private static long? InRange(Int128 ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? (long)ticks : null;

    private static long? Add(string part, long count, long ticks)
    {
        var months = part.ToLowerInvariant() switch { "year" => 12, "quarter" => 3, "month" => 1, _ => 0 };
        if (months == 0) return Unit(part) is { } unit ? InRange(ticks + (unit == 0 ? count / 100 : (Int128)count * unit)) : null;
        var time = new DateTime(ticks, DateTimeKind.Utc);
        var month = (long)time.Year * 12 + time.Month - 1 + count * months;
        if (Months(month) is not { } first) return null;
        var day = Math.Min(time.Day, DateTime.DaysInMonth((int)(month / 12), (int)(month % 12) + 1));
        return first + (day - 1) * TimeSpan.TicksPerDay + ticks % TimeSpan.TicksPerDay;
    }

    // Counts the bounds between: 23:59 and 00:01 are one day apart.
    private static long? Diff(string part, long a, long b)
    {
        var (left, right) = (new DateTime(a, DateTimeKind.Utc), new DateTime(b, DateTimeKind.Utc));
        return part.ToLowerInvariant() switch
        {
            "year" => left.Year - right.Year,
            "quarter" => (left.Year * 4) + ((left.Month - 1) / 3) - (right.Year * 4) - ((right.Month - 1) / 3),
            "month" => (left.Year * 12) + left.Month - (right.Year * 12) - right.Month,
            "week" or "weekofyear" or "week_of_year" => (Start("week", a, 0) - Start("week", b, 0)) / (7 * TimeSpan.TicksPerDay),
            "nanosecond" => (a - b) * 100,
            _ => Unit(part) is { } unit and > 0 ? (a / unit) - (b / unit) : null,
        };
    }

    private static long? Unit(string part) => part.ToLowerInvariant() switch
    {
        "week" => 7 * TimeSpan.TicksPerDay,
        "day" => TimeSpan.TicksPerDay,
        "hour" => TimeSpan.TicksPerHour,
        "minute" => TimeSpan.TicksPerMinute,
        "second" => TimeSpan.TicksPerSecond,
        "millisecond" => TimeSpan.TicksPerMillisecond,
        "microsecond" => TimeSpan.TicksPerMicrosecond,
        "nanosecond" => 0,
        _ => null,
    };

    private static long? FromUnix(FunctionRow row)
    {
        var scale = row.Long(0, 1);
        if (row.IsNull(1)) return null;
        if (row.Type(1) == DuckDB.NET.Native.DuckDBType.Double)
            return row.Real(1) is { } real && double.IsFinite(real) ? InRange(UnixEpoch + (Int128)(scale == 0 ? real / 100 : real * scale)) : null;
        return InRange(UnixEpoch + (scale == 0 ? (Int128)(row.Long(1)!.Value / 100) : (Int128)row.Long(1)!.Value * scale));
    }

    private static long? MakeInstant(FunctionRow row)
    {
        if (Enumerable.Range(0, row.Count).Any(row.IsNull)) return null;
        var (year, month, day, hour, minute) = (row.Long(0, 0), row.Long(1, 1), row.Long(2, 1), row.Long(3, 0), row.Long(4, 0));
        var second = row.Real(5) ?? 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth((int)year, (int)month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or >= 60) return null;
        return new DateTime((int)year, (int)month, (int)day, (int)hour, (int)minute, 0, DateTimeKind.Utc).Ticks + (long)Math.Round(second * TimeSpan.TicksPerSecond);
    }

    private static long? MakeSpan(FunctionRow row)
    {
        if (Enumerable.Range(0, row.Count).Any(row.IsNull)) return null;
        var days = row.Count == 4 ? row.Long(0, 0) : 0;
        var at = row.Count == 4 ? 1 : 0;
        var (hours, minutes) = (row.Long(at, 0), row.Long(at + 1, 0));
        var seconds = row.Real(at + 2) ?? 0;
        if (hours is < 0 or > 23 || minutes is < 0 or > 59 || seconds is < 0 or >= 60) return null;
        return (days * TimeSpan.TicksPerDay) + (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute) + (long)Math.Round(seconds * TimeSpan.TicksPerSecond);
    }

    /// <summary>Runs of the format's letters become numbers; of months and days there are no names.</summary>
    public static string FormatInstant(long ticks, string format)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        return Format(format, (letter, count) => letter switch
        {
            'y' => count > 2 ? Digits(time.Year, Math.Max(count, 4)) : Digits(time.Year % 100, count),
            'M' => Pairs(time.Month, count),
            'd' => Pairs(time.Day, count),
            'H' => Pairs(time.Hour, count),
            'h' => Pairs(time.Hour % 12 == 0 ? 12 : time.Hour % 12, count),
            'm' => Pairs(time.Minute, count),
            's' => Pairs(time.Second, count),
            'f' => Fraction(ticks, count, trim: false),
            'F' => Fraction(ticks, count, trim: true),
            't' => time.Hour < 12 ? "AM"[..Math.Min(count, 2)] : "PM"[..Math.Min(count, 2)],
            _ => null,
        });
    }

    /// <summary>As for instants; the sign of a negative one comes first.</summary>
    public static string FormatSpan(long ticks, string format)
    {
        var size = ticks == long.MinValue ? long.MaxValue : Math.Abs(ticks);
        var span = new TimeSpan(size);
        return (ticks < 0 ? "-" : "") + Format(format, (letter, count) => letter switch
        {
            'd' => Digits(span.Days, count),
            'H' or 'h' => Pairs(span.Hours, count),
            'm' => Pairs(span.Minutes, count),
            's' => Pairs(span.Seconds, count),
            'f' => Fraction(size, count, trim: false),
            'F' => Fraction(size, count, trim: true),
            _ => null,
        });
    }

    private static string Format(string format, Func<char, int, string?> part)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            var run = 1;
            while (i + run < format.Length && format[i + run] == format[i]) run++;
            text.Append(part(format[i], run) ?? format.Substring(i, run));
            i += run;
        }

        return text.ToString();
    }

    // The engine knows one and two letters; a longer run is read as twos and ones.
    private static string Pairs(int value, int count)
    {
        var text = new StringBuilder();
        for (; count > 0; count -= 2) text.Append(Digits(value, Math.Min(count, 2)));
        return text.ToString();
    }

    private static string Digits(int value, int count) => value.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0');

    private static string Fraction(long ticks, int count, bool trim)
    {
        var digits = (ticks % TimeSpan.TicksPerSecond).ToString("0000000", CultureInfo.InvariantCulture)[..Math.Min(count, 7)];
        return trim ? digits.TrimEnd('0') : digits;
    }

    private static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
