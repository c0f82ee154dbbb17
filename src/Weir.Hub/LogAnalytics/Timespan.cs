using System.Globalization;
using System.Xml;
using Weir.Hub.Server;

namespace Weir.Hub.LogAnalytics;

/// <summary>The API's <c>timespan</c>: an ISO 8601 duration that ends now, or start and end, either of which may be a duration.</summary>
/// <param name="From">The earliest time, in ticks.</param>
/// <param name="Until">The latest time, in ticks.</param>
internal readonly record struct Timespan(long From, long Until)
{
    /// <summary>No bound.</summary>
    public static Timespan All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Whether it bounds anything.</summary>
    public bool IsBound => this != All;

    /// <summary>Reads one; null or empty is no bound.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public static Timespan Parse(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text)) return All;
        var parts = text.Split('/');
        return parts switch
        {
            [var one] when Duration(one) is { } span => new(now.UtcTicks - span, now.UtcTicks),
            [var start, var end] when Time(start) is { } from && Time(end) is { } until => new(from, until),
            [var start, var end] when Time(start) is { } from && Duration(end) is { } span => new(from, from + span),
            [var start, var end] when Duration(start) is { } span && Time(end) is { } until => new(until - span, until),
            _ => throw new BadRequestException($"'{text}' is no timespan; give an ISO 8601 duration (PT1H), start/end, or start/duration."),
        };
    }

    /// <summary>What lies in both.</summary>
    public Timespan And(Timespan other) => new(Math.Max(From, other.From), Math.Min(Until, other.Until));

    private static long? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks : null;

    private static long? Duration(string text)
    {
        try
        {
            // The library knows no weeks.
            return text.EndsWith('W') && text.StartsWith('P') && int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var weeks)
                ? weeks * 7 * TimeSpan.TicksPerDay
                : XmlConvert.ToTimeSpan(text).Ticks;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}
