using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>Makes the request that the options of <c>weir observe</c> stand for.</summary>
internal static class FlowRequest
{
    private const ulong DefaultLast = 20;

    /// <summary>How many flows, of which time, and whether out of a file.</summary>
    public sealed record Choice(bool Follow, ulong? Last, ulong? First, bool All, string? Since, string? Until, bool IsSaved);

    /// <exception cref="UsageException">Options contradict each other, or a time cannot be read.</exception>
    public static GetFlowsRequest Build(IReadOnlyList<FlowFilter> whitelist, IReadOnlyList<FlowFilter> blacklist, Choice choice, TimeProvider time)
    {
        if (choice is { Last: > 0, First: > 0 }) throw new UsageException("cannot set both --first and --last");
        if (choice is { All: true, First: > 0 }) throw new UsageException("cannot set both --first and --all");
        if (choice is { Follow: true, First: > 0 }) throw new UsageException("cannot set both --first and --follow");
        if (choice is { All: true, Last: > 0 }) throw new UsageException("cannot set both --last and --all");
        var request = new GetFlowsRequest { Follow = choice.Follow };
        request.Whitelist.AddRange(whitelist);
        request.Blacklist.AddRange(blacklist);
        if (choice.Since is { } since) request.Since = TimeOf("--since", since, time);
        if (choice.Until is { } until && !choice.Follow) request.Until = TimeOf("--until", until, time);
        var isTimed = request.Since is not null || request.Until is not null;
        if (choice.First is > 0 and var first) (request.Number, request.First) = (first, true);
        else if (choice.Last is > 0 and var last) request.Number = last;
        else if (choice.All && !isTimed) request.Number = ulong.MaxValue;
        else if (!choice.Follow && !isTimed && !choice.IsSaved) request.Number = DefaultLast;
        return request;
    }

    private static readonly string[] _layouts =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHHK", "yyyy-MM-ddTHHzzz", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "ddd, dd MMM yyyy HH:mm:ss zzz",
    ];

    /// <summary>A time as users write it: so long ago, or a date.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static Timestamp TimeOf(string option, string text, TimeProvider time)
    {
        if (TryParseDuration(text, out var ago)) return Timestamp.FromDateTimeOffset(time.GetUtcNow() - ago);
        if (DateTimeOffset.TryParseExact(Shortened(text), _layouts, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var absolute))
            return Timestamp.FromDateTimeOffset(absolute);
        throw new UsageException($"{option}: '{text}' is neither a duration such as 5m or 1h30m nor a time such as 2026-03-01T10:00:00Z.");
    }

    // A tick is 100 ns; digits beyond the seventh cannot be read.
    private static string Shortened(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot + 1;
        while (dot >= 0 && end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return dot >= 0 && end - dot > 8 ? text[..(dot + 8)] + text[end..] : text;
    }

    /// <summary>A duration as Go writes it: <c>1h30m</c>, <c>1.5s</c>; days too.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var start = 0;
        while (start < text.Length)
        {
            var end = start;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
            if (end == start || end == text.Length) return false;
            if (!double.TryParse(text.AsSpan(start, end - start), CultureInfo.InvariantCulture, out var amount)) return false;
            var unit = end;
            while (unit < text.Length && (char.IsAsciiLetter(text[unit]) || text[unit] == 'µ')) unit++;
            TimeSpan? one = text[end..unit] switch
            {
                "ns" => TimeSpan.FromMicroseconds(0.001),
                "us" or "µs" => TimeSpan.FromMicroseconds(1),
                "ms" => TimeSpan.FromMilliseconds(1),
                "s" => TimeSpan.FromSeconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                "d" => TimeSpan.FromDays(1),
                _ => null,
            };
            if (one is not { } step || amount * step.TotalDays > 36_500) return false;
            duration += step * amount;
            start = unit;
        }

        return text.Length > 0;
    }
}
