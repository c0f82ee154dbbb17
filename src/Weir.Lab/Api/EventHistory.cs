namespace Weir.Lab.Api;

/// <summary>The latest writes to one kind, bounded; watchers read it at their own pace by revision.</summary>
/// <remarks>
/// A watcher holds no buffer here, so a slow one costs nothing: when what it has not read is overwritten, it is told
/// that its revision has expired. All methods are called under the store's lock.
/// </remarks>
/// <param name="capacity">How many writes are kept.</param>
/// <param name="start">The revision before the first write that it can hold.</param>
internal sealed class EventHistory(int capacity, long start)
{
    private readonly StoreEvent?[] _ring = new StoreEvent?[capacity];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    /// <summary>The newest revision of which nothing is kept; a watch from before it cannot be served.</summary>
    public long Compacted { get; private set; } = start;

    /// <summary>Completes at the next write.</summary>
    public Task More => _more.Task;

    /// <summary>Adds a write; wakes everyone who waits.</summary>
    public void Add(StoreEvent written)
    {
        ref var slot = ref _ring[_written++ % _ring.Length];
        if (slot is not null) Compacted = slot.Object.Revision;
        slot = written;
        var more = _more;
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        more.SetResult();
    }

    /// <summary>The oldest writes after <paramref name="revision"/>, at most <paramref name="limit"/> of them.</summary>
    public List<StoreEvent> After(long revision, int limit)
    {
        var oldest = Math.Max(0, _written - _ring.Length);
        var low = oldest;
        var high = _written;

        // Revisions grow along the ring, so the first one beyond is found by halving.
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_ring[middle % _ring.Length]!.Object.Revision <= revision) low = middle + 1;
            else high = middle;
        }

        var found = new List<StoreEvent>((int)Math.Min(limit, _written - low));
        for (var i = low; i < _written && found.Count < limit; i++) found.Add(_ring[i % _ring.Length]!);
        return found;
    }
}
