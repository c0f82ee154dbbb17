using Weir.Observe.Wire.Observers;

namespace Weir.Bench.Soak;

/// <summary>One reader's book: whether what it was told it lost is what it did not get.</summary>
/// <remarks>A flow's number is in its time, so that it needs no other field.</remarks>
internal sealed class FlowAccount
{
    /// <summary>The time of flow 0: nanoseconds since 1970.</summary>
    public const long Epoch = 1_772_359_200_000_000_000;

    /// <summary>The nanoseconds between two flows.</summary>
    public const long Step = 1_000;

    private long _next = -1;
    private long _told;

    /// <summary>The flows that it got.</summary>
    public long Delivered { get; private set; }

    /// <summary>The flows that it was told it lost.</summary>
    public long Lost { get; private set; }

    /// <summary>How many gaps are not what it was told.</summary>
    public long Wrong { get; private set; }

    /// <summary>The number of the flow that it awaits, what it was told it lost counted in; -1 before the first.</summary>
    public long Position => _next < 0 ? -1 : _next + _told;

    /// <summary>Takes an answer.</summary>
    public void Take(GetFlowsResponse response)
    {
        if (response.LostEvents is { } loss)
        {
            if (_next < 0) return; // before its first flow: nobody can tell what it would have got
            _told += (long)loss.NumEventsLost;
            return;
        }

        if (response.Flow is not { } flow) return;
        var number = ((flow.Time.Seconds * 1_000_000_000L) + flow.Time.Nanos - Epoch) / Step;
        if (_next >= 0)
        {
            if (number - _next != _told) Wrong++;
            Lost += _told;
        }

        (_next, _told) = (number + 1, 0);
        Delivered++;
    }
}
