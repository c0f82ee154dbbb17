using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Hubble;

/// <summary>The times that a request asks for; both ends count.</summary>
internal readonly struct TimeWindow(GetFlowsRequest request)
{
    private readonly long _since = request.Since is { } s ? Nanoseconds(s) : long.MinValue;
    private readonly long _until = request.Until is { } u ? Nanoseconds(u) : long.MaxValue;

    /// <summary>Whether the request names a beginning.</summary>
    public bool HasStart => _since != long.MinValue;

    /// <summary>Whether a flow of this time (nanoseconds since 1970) is too old.</summary>
    public bool IsBefore(long nanoseconds) => nanoseconds < _since;

    /// <summary>Whether a flow of this time is too new.</summary>
    public bool IsAfter(long nanoseconds) => nanoseconds > _until;

    private static long Nanoseconds(Timestamp time) => (time.Seconds * 1_000_000_000) + time.Nanos;
}
