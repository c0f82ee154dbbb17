using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>Makes the request that the options of <c>weir observe</c> stand for.</summary>
internal static class FlowRequest
{
    private const ulong DefaultLast = 20;

    /// <summary>How many flows, and of which time.</summary>
    public sealed record Choice(bool Follow, ulong? Last, ulong? First, bool All, string? Since, string? Until);

    /// <exception cref="UsageException">Options contradict each other, or a time cannot be read.</exception>
    public static GetFlowsRequest Build(IReadOnlyList<FlowFilter> whitelist, Choice choice, TimeProvider time)
    {
        if (choice is { Last: not null, First: not null }) throw new UsageException("--first and --last exclude each other.");
        if (choice is { Follow: true, First: not null }) throw new UsageException("--first and --follow exclude each other.");
        var request = new GetFlowsRequest { Follow = choice.Follow };
        request.Whitelist.AddRange(whitelist);
        if (choice.Since is { } since) request.Since = TimeOf("--since", since, time);
        if (choice.Until is { } until) request.Until = TimeOf("--until", until, time);
        if (choice.All) request.Number = ulong.MaxValue;
        else if (choice.First is { } first) (request.Number, request.First) = (first, true);
        else if (choice.Last is { } last) request.Number = last;
        else if (!choice.Follow && choice.Since is null && choice.Until is null) request.Number = DefaultLast;
        return request;
    }

    private static Timestamp TimeOf(string option, string text, TimeProvider time)
    {
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var absolute) && text.Contains('-', StringComparison.Ordinal))
            return Timestamp.FromDateTimeOffset(absolute);
        if (TryParseDuration(text, out var ago)) return Timestamp.FromDateTimeOffset(time.GetUtcNow() - ago);
        throw new UsageException($"{option}: '{text}' is neither a duration such as 5m or 1h30m nor a time such as 2026-03-01T10:00:00Z.");
    }

    private static bool TryParseDuration(string text, out TimeSpan duration)
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
            while (unit < text.Length && char.IsAsciiLetter(text[unit])) unit++;
            TimeSpan? one = text[end..unit] switch
            {
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
