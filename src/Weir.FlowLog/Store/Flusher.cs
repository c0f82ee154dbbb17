using System.Globalization;
using Weir.FlowLog.Store.Hot;

namespace Weir.FlowLog.Store;

/// <summary>Makes segments of batches that are safe in the log, in the log's order.</summary>
internal sealed class Flusher(SegmentWriter writer, SegmentCatalog catalog, StoreOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _flushing = new();
    private readonly HotFunction _function = new(writer.Connection);
    private readonly List<SafeBatch> _waiting = [];
    private int _waitingRows;
    private TaskCompletionSource? _room;

    /// <summary>Takes a batch. Called in the log's order.</summary>
    public void Offer(SafeBatch batch)
    {
        lock (_gate)
        {
            _waiting.Add(batch);
            _waitingRows += batch.Rows.Time.Count;
        }
    }

    /// <summary>Completes when not too many rows wait.</summary>
    public Task WhenRoomAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_waitingRows < options.MaxWaitingRows) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Writes all that waits now. What fails is tried again with the next flush.</summary>
    /// <exception cref="IOException">The disk is full, or broken.</exception>
    public void Flush()
    {
        lock (_flushing)
        {
            List<SafeBatch> taken;
            lock (_gate) taken = [.. _waiting];
            if (taken.Count == 0) return;
            Write(taken);
            lock (_gate)
            {
                _waiting.RemoveRange(0, taken.Count);
                _waitingRows -= taken.Sum(b => b.Rows.Time.Count);
                if (_waitingRows < options.MaxWaitingRows)
                {
                    _room?.TrySetResult();
                    _room = null;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        _function.Dispose();
    }

    private void Write(List<SafeBatch> batches)
    {
        var hot = new HotTable(batches);
        _function.Use(hot);
        try
        {
            lock (catalog.Tiers) Commit(batches, hot);
        }
        finally
        {
            _function.Use(null);
        }
    }

    private void Commit(List<SafeBatch> batches, HotTable hot)
    {
        var rawFrom = catalog.Current.RawFrom;
        var segments = new List<Segment>();
        foreach (var hour in hot.Hours.Values)
        {
            var rows = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {HotFunction.Name}({hour.Hour})");

            // A row that comes after its hour became aggregates becomes one too: each instant is in one tier.
            segments.AddRange(hour.Hour < rawFrom
                ? writer.Write(Aggregation.Of($"({rows})", options.MaxWindowRows), hour.Hour, level: 0, isAggregate: true) is { } late ? [late] : []
                : [writer.Write(rows, hour, level: 0)]);
        }

        var marks = new Dictionary<string, HighWater>(catalog.Current.Stored, StringComparer.Ordinal);
        foreach (var batch in batches) marks[batch.Source] = batch.Mark;
        catalog.Commit(m => m with { Segments = [.. m.Segments, .. segments], Stored = marks, Wal = batches[^1].End });
    }
}
