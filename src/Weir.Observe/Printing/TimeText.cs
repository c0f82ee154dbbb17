using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Weir.Observe.Printing;

/// <summary>Times as Hubble's <c>--time-format</c> writes them, in UTC.</summary>
public static class TimeText
{
    /// <summary>The names of the formats.</summary>
    public static IReadOnlyList<string> Formats { get; } =
        ["YearMonthDay", "YearMonthDayHour", "YearMonthDayHourMinute", "StampMilli", "RFC3339", "RFC3339Milli", "RFC3339Micro", "RFC3339Nano", "RFC1123Z"];

    /// <summary>The text; <c>N/A</c> where there is no time. A format that is not known is StampMilli, as with Hubble.</summary>
    public static string Of(Timestamp? time, string format)
    {
        if (time is null || time.Nanos is < 0 or > 999_999_999 || time.Seconds is < -62_135_596_800 or > 253_402_300_799) return "N/A";
        var at = DateTime.UnixEpoch.AddSeconds(time.Seconds);
        return format.ToUpperInvariant() switch
        {
            "YEARMONTHDAY" => Written(at, "yyyy-MM-dd"),
            "YEARMONTHDAYHOUR" => Written(at, "yyyy-MM-ddTHHZ"),
            "YEARMONTHDAYHOURMINUTE" => Written(at, "yyyy-MM-ddTHH:mmZ"),
            "RFC3339" => Written(at, "yyyy-MM-ddTHH:mm:ssZ"),
            "RFC3339MILLI" => Written(at, "yyyy-MM-ddTHH:mm:ss") + Fraction(time.Nanos, 3) + "Z",
            "RFC3339MICRO" => Written(at, "yyyy-MM-ddTHH:mm:ss") + Fraction(time.Nanos, 6) + "Z",
            "RFC3339NANO" => Written(at, "yyyy-MM-ddTHH:mm:ss") + Fraction(time.Nanos, 9) + "Z",
            "RFC1123Z" => Written(at, "ddd, dd MMM yyyy HH:mm:ss +0000"),
            // The day is padded with a space.
            _ => string.Create(CultureInfo.InvariantCulture, $"{at:MMM} {at.Day,2} {at:HH:mm:ss}.{time.Nanos / 1_000_000:000}"),
        };
    }

    private static string Written(DateTime at, string format) =>
        at.ToString(format.Replace("Z", "'Z'", StringComparison.Ordinal).Replace("T", "'T'", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    // Digits behind the second, without the zeros at their end.
    private static string Fraction(int nanoseconds, int digits)
    {
        var text = nanoseconds.ToString("000000000", CultureInfo.InvariantCulture)[..digits].TrimEnd('0');
        return text.Length == 0 ? "" : "." + text;
    }
}
