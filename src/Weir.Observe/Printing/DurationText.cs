using System.Globalization;

namespace Weir.Observe.Printing;

/// <summary>Durations and numbers as Go, and so Hubble, prints them.</summary>
public static class DurationText
{
    /// <summary>Nanoseconds as <c>1h2m3.5s</c>, <c>12.3ms</c>, <c>0s</c>.</summary>
    public static string Of(ulong nanoseconds)
    {
        if (nanoseconds > long.MaxValue) return string.Create(CultureInfo.InvariantCulture, $"{nanoseconds}ns");
        if (nanoseconds == 0) return "0s";
        if (nanoseconds < 1_000) return string.Create(CultureInfo.InvariantCulture, $"{nanoseconds}ns");
        if (nanoseconds < 1_000_000) return Short(nanoseconds / 1_000m) + "µs";
        if (nanoseconds < 1_000_000_000) return Short(nanoseconds / 1_000_000m) + "ms";
        var seconds = nanoseconds / 1_000_000_000;
        var rest = Short(seconds % 60 + (nanoseconds % 1_000_000_000 / 1_000_000_000m)) + "s";
        var (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        if (hours > 0) return string.Create(CultureInfo.InvariantCulture, $"{hours}h{minutes}m{rest}");
        return minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{rest}") : rest;
    }

    /// <summary>A number with a comma before each three digits.</summary>
    public static string Grouped(ulong number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Short(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
}
