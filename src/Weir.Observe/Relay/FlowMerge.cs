using System.Threading.Channels;
using Weir.Observe.Wire;

namespace Weir.Observe.Relay;

/// <summary>Puts the streams of many nodes into one, in the order of time.</summary>
/// <remarks>
/// The earliest frame goes on when every node has one to compare it with. Nodes that stay silent are waited for no longer than
/// the patience, and then not at all until they speak again: one slow or dead node delays the others once, and never holds them up.
/// </remarks>
internal sealed class FlowMerge(TimeSpan patience, TimeProvider time) : IAsyncDisposable
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly PriorityQueue<NodeStream, (long Time, long Order)> _heads = new();
    private readonly List<NodeStream> _silent = [];
    private long _order;
    private long _waitingSince;

    /// <summary>The streams that have not ended.</summary>
    public int Count => _heads.Count + _silent.Count;

    /// <summary>Called by a stream when it has something new.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Takes in a stream.</summary>
    public void Add(NodeStream stream)
    {
        _silent.Add(stream);
        _waitingSince = time.GetTimestamp();
    }

    /// <summary>The next frame, if it can be told which that is.</summary>
    /// <param name="ended">Streams that ended; the caller disposes them.</param>
    /// <param name="before">Only frames that are earlier (nanoseconds since 1970).</param>
    /// <returns>Null when <see cref="WaitAsync"/> is what to do now, unless <see cref="HasNothingBefore"/> such a time.</returns>
    public FlowFrame? TryNext(List<NodeStream> ended, long before = long.MaxValue)
    {
        for (var i = _silent.Count - 1; i >= 0; i--)
        {
            var stream = _silent[i];
            if (stream.TryTake()) Enqueue(stream);
            else if (stream.IsDone) ended.Add(stream);
            else continue;
            _silent.RemoveAt(i);
        }

        if (_heads.Count == 0 || !IsSettled() || Earliest >= before) return null;
        var earliest = _heads.Dequeue();
        var frame = earliest.Head;
        if (earliest.TryTake())
        {
            Enqueue(earliest);
        }
        else
        {
            if (_silent.Count == 0) _waitingSince = time.GetTimestamp();
            _silent.Add(earliest);
        }

        return frame;
    }

    /// <summary>Whether no frame before a time (nanoseconds since 1970) is there, nor waited for any longer.</summary>
    public bool HasNothingBefore(long time) => IsSettled() && (_heads.Count == 0 || Earliest >= time);

    /// <summary>Completes when a stream has something new, or patience is at an end.</summary>
    /// <param name="isOthersTurn">Whether somebody waits who is no stream here: then patience ends even when no frame is there.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WaitAsync(bool isOthersTurn, CancellationToken cancellation)
    {
        var signal = _signals.Reader.WaitToReadAsync(cancellation).AsTask();
        if (_heads.Count == 0 && !isOthersTurn)
        {
            await signal;
        }
        else
        {
            var left = patience - time.GetElapsedTime(_waitingSince);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(signal, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, enough.Token));
            await enough.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        _signals.Reader.TryRead(out _);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (stream, _) in _heads.UnorderedItems) await stream.DisposeAsync();
        foreach (var stream in _silent) await stream.DisposeAsync();
    }

    private long Earliest => _heads.Peek().Head!.TimeNanoseconds;

    private void Enqueue(NodeStream stream) => _heads.Enqueue(stream, (stream.Head!.TimeNanoseconds, _order++));

    // Whether no stream that is waited for could still bring an earlier frame.
    private bool IsSettled()
    {
        var waited = time.GetElapsedTime(_waitingSince);
        foreach (var stream in _silent)
        {
            if (stream.IsLate) continue;
            if (waited < patience) return false;
            stream.IsLate = true;
        }

        return true;
    }
}
