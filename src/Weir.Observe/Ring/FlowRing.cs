using System.Numerics;
using Weir.Model;

namespace Weir.Observe.Ring;

/// <summary>The newest flows of a node: one writer, any number of readers, no locks between them.</summary>
/// <remarks>
/// A slot's version is the sequence number of the flow that it holds, or <see cref="Writing"/> while the writer is in it.
/// A reader copies the flow and looks at the version before and after; if it changed, the copy is thrown away and the
/// reader has been overtaken. Cost of a write: one copy into the slot, whatever the number of readers.
/// </remarks>
public sealed class FlowRing
{
    private const long Writing = -1;
    private readonly Flow[] _slots;
    private readonly long[] _versions;
    private readonly int _mask;
    private readonly Lock _waiting = new();
    private long _next;
    private TaskCompletionSource? _arrival;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="capacity">Flows it holds; rounded up to a power of two, from 2 to 2^24.</param>
    public FlowRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 24);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        _slots = new Flow[size];
        _versions = new long[size];
        Array.Fill(_versions, Writing);
        _mask = size - 1;
    }

    /// <summary>How many flows the ring holds at most.</summary>
    public int Capacity => _slots.Length;

    /// <summary>The sequence number that the next flow will get: also how many were ever written.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>The oldest sequence number that may still be there.</summary>
    public long Oldest => Math.Max(0, Next - _slots.Length);

    /// <summary>Opens the next slot for writing in place. Every call is followed by one <see cref="Publish"/>.</summary>
    /// <remarks>The slot holds an old flow: assign <c>default</c> or every property. One writer only.</remarks>
    public ref Flow Open()
    {
        var slot = (int)_next & _mask;
        Volatile.Write(ref _versions[slot], Writing);
        Interlocked.MemoryBarrier(); // no write to the slot may be seen before its version says so
        return ref _slots[slot];
    }

    /// <summary>Makes the flow in the open slot visible. Readers that wait are woken by <see cref="Wake"/>.</summary>
    public void Publish()
    {
        var sequence = _next;
        _slots[(int)sequence & _mask].Sequence = sequence;
        Volatile.Write(ref _versions[(int)sequence & _mask], sequence);
        Volatile.Write(ref _next, sequence + 1);
    }

    /// <summary>Wakes the readers that wait for a flow. Call it once a batch, not once a flow.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _arrival) is null) return;
        TaskCompletionSource? arrival;
        lock (_waiting) (arrival, _arrival) = (_arrival, null);
        arrival?.TrySetResult();
    }

    /// <summary>Copies the flow with this sequence number.</summary>
    /// <returns>False when it has been overwritten, or is not written yet.</returns>
    public bool TryRead(long sequence, out Flow flow)
    {
        flow = default;
        if (sequence < 0 || sequence >= Next) return false;
        var slot = (int)sequence & _mask;
        if (Volatile.Read(ref _versions[slot]) != sequence) return false;
        flow = _slots[slot];
        Interlocked.MemoryBarrier(); // the copy is complete before the version is looked at again
        if (Volatile.Read(ref _versions[slot]) == sequence) return true;
        flow = default;
        return false;
    }

    /// <summary>Completes when a flow with this sequence number, or a later one, has been written.</summary>
    public Task WaitAsync(long sequence, CancellationToken cancellation)
    {
        if (Next > sequence) return Task.CompletedTask;
        Task arrival;
        lock (_waiting)
        {
            _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = _arrival.Task;
        }

        // The flow may have come between the first look and the registration, and its wake-up with it.
        Interlocked.MemoryBarrier();
        return Next > sequence ? Task.CompletedTask : arrival.WaitAsync(cancellation);
    }
}
