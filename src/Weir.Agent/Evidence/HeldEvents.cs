using Weir.Datapath.Abi;

namespace Weir.Agent.Evidence;

/// <summary>
/// Events that wait, in their order, for the name of the address that they go to: a connection is opened as soon as the proxy releases the answer,
/// and the datapath's event about it may be here before the proxy's record of the answer.
/// </summary>
/// <param name="isReady">Whether an event need not wait (any longer).</param>
/// <param name="time">The clock of the longest wait.</param>
internal sealed class HeldEvents(Func<EventAbi, bool> isReady, TimeProvider time)
{
    private const int Most = 4096;
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(100);

    private readonly Queue<(EventAbi Event, long Since)> _waiting = new();

    /// <summary>Whether any waits.</summary>
    public bool Any => _waiting.Count > 0;

    /// <summary>Takes an event; false where it need not wait and nothing before it does.</summary>
    public bool TryHold(in EventAbi seen)
    {
        if (_waiting.Count == 0 && isReady(seen)) return false;
        _waiting.Enqueue((seen, time.GetTimestamp()));
        return true;
    }

    /// <summary>Gives back the oldest event, once it is ready, has waited for long enough, or too many wait.</summary>
    public bool TryRelease(out EventAbi seen)
    {
        seen = default;
        if (!_waiting.TryPeek(out var oldest)) return false;
        if (_waiting.Count <= Most && !isReady(oldest.Event) && time.GetElapsedTime(oldest.Since) < s_longest) return false;
        seen = _waiting.Dequeue().Event;
        return true;
    }
}
