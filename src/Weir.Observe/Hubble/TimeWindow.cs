using Google.Protobuf.WellKnownTypes;

namespace Weir.Observe.Hubble;

/// <summary>The times that a request asks for; both ends count.</summary>
internal readonly struct TimeWindow(Timestamp? since, Timestamp? until)
{
    private readonly long _since = since is { } s ? Nanoseconds(s) : long.MinValue;
    private readonly long _until = until is { } u ? Nanoseconds(u) : long.MaxValue;

    /// <summary>Whether the request names a beginning.</summary>
    public bool HasStart => _since != long.MinValue;

    /// <summary>Whether the request names an end.</summary>
    public bool HasEnd => _until != long.MaxValue;

    /// <summary>The beginning, nanoseconds since 1970.</summary>
    public long Since => _since;

    /// <summary>The end, nanoseconds since 1970.</summary>
    public long Until => _until;

    /// <summary>Whether a flow of this time (nanoseconds since 1970) is too old.</summary>
    public bool IsBefore(long nanoseconds) => nanoseconds < _since;

    /// <summary>Whether a flow of this time is too new.</summary>
    public bool IsAfter(long nanoseconds) => nanoseconds > _until;

    /// <summary>Nanoseconds since 1970; what no such number can hold becomes the nearest one that can.</summary>
    public static long Nanoseconds(Timestamp time)
    {
        const long LastSecond = long.MaxValue / 1_000_000_000;
        if (time.Seconds >= LastSecond) return long.MaxValue;
        return time.Seconds <= -LastSecond ? long.MinValue + 1 : (time.Seconds * 1_000_000_000) + time.Nanos;
    }
}
