using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Store;

/// <summary>The store of flows: takes batches, keeps them through any crash, and gives readers a moment's snapshot.</summary>
/// <remarks>
/// A batch goes to the write-ahead log, is synced with all others that wait, and is acknowledged. A second thread makes segments of
/// what is safe, and lists them in the manifest together with the log's position and each node's high-water mark; a third merges,
/// aggregates and deletes. Cost of a batch does not grow with what is stored.
/// </remarks>
public sealed partial class FlowStore : IAsyncDisposable
{
    /// <summary>Batches that one sync makes safe together, at most.</summary>
    private const int MaxGroup = 256;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly IngestOutcome _closing = new("The store is closing.", IsLasting: false);
    private readonly StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FlowStore> _logger;
    private readonly SegmentCatalog _catalog;
    private readonly WriteAheadLog _wal;
    private readonly Flusher _flusher;
    private readonly Compactor _compactor;
    private readonly FileStream _lock;
    private readonly Dictionary<string, HighWater> _safe = new(StringComparer.Ordinal);
    private readonly Channel<(Batch Batch, TaskCompletionSource<IngestOutcome> Done)> _arrived =
        Channel.CreateBounded<(Batch, TaskCompletionSource<IngestOutcome>)>(new BoundedChannelOptions(1024) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _loops;

    private FlowStore(StoreOptions options, IStoreFiles files, TimeProvider time, ILogger<FlowStore> logger, FileStream held)
    {
        (_options, _time, _logger, _lock) = (options, time, logger, held);
        _catalog = SegmentCatalog.Open(files, options.Folder, logger);
        foreach (var (node, mark) in _catalog.Current.Stored) _safe[node] = mark;
        _flusher = new Flusher(new SegmentWriter(files, _catalog, options, "flush"), _catalog, options);
        _compactor = new Compactor(new SegmentWriter(files, _catalog, options, "compact"), _catalog, options, time);
        _wal = WriteAheadLog.Open(files, Path.Combine(options.Folder, "wal"), _catalog.Current.Wal, options.WalFileBytes, Replay);
        _loops = [Task.Run(() => AppendLoopAsync(_stop.Token)), Task.Run(() => FlushLoopAsync(_stop.Token)), Task.Run(() => CompactLoopAsync(_stop.Token))];
    }

    /// <summary>Opens a store, and goes on where the last process stopped, however it ended.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock of ages.</param>
    /// <param name="logger">Told what was repaired.</param>
    /// <param name="files">The file system; null is the machine's.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message names every problem.</exception>
    /// <exception cref="IOException">Another process has the store open, or the disk fails.</exception>
    /// <exception cref="InvalidDataException">The manifest cannot be read; the message says what to do.</exception>
    public static FlowStore Open(StoreOptions options, TimeProvider time, ILogger<FlowStore> logger, IStoreFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        Directory.CreateDirectory(options.Folder);
        return new FlowStore(options, files ?? new StoreFiles(), time, logger, Lock(options.Folder));
    }

    /// <summary>Stores a batch.</summary>
    /// <returns>When it is safe, was safe before, or is refused.</returns>
    public async Task<IngestOutcome> AppendAsync(Batch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var done = new TaskCompletionSource<IngestOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _arrived.Writer.WriteAsync((batch, done), cancellation);
        }
        catch (ChannelClosedException)
        {
            return _closing;
        }

        return await done.Task.WaitAsync(cancellation);
    }

    /// <summary>Holds what is stored now, for one reader.</summary>
    public StoreSnapshot Hold() => _catalog.Hold();

    /// <summary>Makes segments of everything acknowledged so far; returns when it can be asked for.</summary>
    public void Flush() => _flusher.Flush();

    /// <summary>Merges, aggregates and deletes what is due now.</summary>
    public void Compact() => _compactor.Run();

    /// <summary>Reads every segment, sets aside what is damaged, and names it.</summary>
    public IReadOnlyList<Segment> Verify() => _compactor.Verify();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What has arrived is still stored, unless the disk takes nothing any more.
        _arrived.Writer.TryComplete();
        await Task.WhenAny(_loops[0], Task.Delay(_patience, _time));
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        Guarded("flush", FlushAndForget);
        _flusher.Dispose();
        _compactor.Dispose();
        _wal.Dispose();
        _stop.Dispose();
        await _lock.DisposeAsync();
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "store.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"Another process has the store in {folder} open. Stop it first, or give another folder.", e);
        }
    }

    private void Replay(ReadOnlyMemory<byte> record, WalPosition end)
    {
        var batch = Batch.Parser.ParseFrom(record.Span);
        var mark = new HighWater(batch.Epoch, batch.Sequence);
        if (_safe.TryGetValue(SourceOf(batch), out var known) && mark.IsCovered(known)) return;
        _safe[SourceOf(batch)] = mark;
        _flusher.Offer(new SafeBatch(batch.Node, SourceOf(batch), mark, Rows.Parser.ParseFrom(batch.Rows), end));
    }

    private static string SourceOf(Batch batch) => batch.Source.Length > 0 ? batch.Source : batch.Node;

    private async Task AppendLoopAsync(CancellationToken cancellation)
    {
        var group = new List<Taken>();
        try
        {
            while (await _arrived.Reader.WaitToReadAsync(cancellation))
            {
                await _flusher.WhenRoomAsync(cancellation);
                while (group.Count < MaxGroup && _arrived.Reader.TryRead(out var next)) Take(next.Batch, next.Done, group);
                if (group.Count > 0) Settle(group);
                group.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            while (_arrived.Reader.TryRead(out var late)) late.Done.SetResult(_closing);
        }
    }

    private void Take(Batch batch, TaskCompletionSource<IngestOutcome> done, List<Taken> group)
    {
        var mark = new HighWater(batch.Epoch, batch.Sequence);
        var source = SourceOf(batch);
        if (_safe.TryGetValue(source, out var known) && mark.IsCovered(known))
        {
            // Sent again because its receipt was lost. What waits in the same group is not safe yet, so the receipt waits with it.
            if (group.Exists(g => g.Source == source && mark.IsCovered(g.Mark))) group.Add(new Taken(batch.Node, source, mark, known, null, default, done));
            else done.SetResult(IngestOutcome.Safe);
            return;
        }

        if (Read(batch, out var fault) is not { } rows)
        {
            done.SetResult(new IngestOutcome($"Batch {batch.Epoch}/{batch.Sequence} of node '{batch.Node}' is refused: {fault}.", IsLasting: true));
            return;
        }

        try
        {
            _wal.Append(batch.ToByteArray());
        }
        catch (IOException e)
        {
            done.SetResult(new IngestOutcome($"The store cannot write: {e.Message}", IsLasting: false));
            return;
        }

        _safe[source] = mark;
        group.Add(new Taken(batch.Node, source, mark, known, rows, _wal.End, done));
    }

    private void Settle(List<Taken> group)
    {
        try
        {
            _wal.Sync();
        }
        catch (IOException e)
        {
            // What of it is on disk is unknown now, and may never be: nothing more is written behind it.
            Log.NotSynced(_logger, e.Message);
            foreach (var taken in Enumerable.Reverse(group)) _safe[taken.Source] = taken.Before;
            foreach (var taken in group) taken.Done.SetResult(new IngestOutcome($"The store cannot write: {e.Message}", IsLasting: false));
            _wal.StartFile();
            return;
        }

        foreach (var taken in group)
        {
            if (taken.Rows is { Time.Count: > 0 }) _flusher.Offer(new SafeBatch(taken.Node, taken.Source, taken.Mark, taken.Rows, taken.End));
            taken.Done.SetResult(IngestOutcome.Safe);
        }
    }

    private static Rows? Read(Batch batch, out string fault)
    {
        fault = "it names no node";
        if (batch.Node.Length == 0) return null;
        fault = "its checksum is wrong";
        if (Checksum.Of(batch.Rows.Span) != batch.Checksum) return null;
        try
        {
            var rows = Rows.Parser.ParseFrom(batch.Rows);
            fault = RowColumns.Fault(rows) ?? "";
            return fault.Length == 0 ? rows : null;
        }
        catch (InvalidProtocolBufferException e)
        {
            fault = $"its rows cannot be read ({e.Message})";
            return null;
        }
    }

    private async Task FlushLoopAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_options.FlushInterval, _time);
        await RepeatAsync(timer, "flush", FlushAndForget, cancellation);
    }

    private void FlushAndForget()
    {
        _flusher.Flush();
        _wal.Forget(_catalog.Current.Wal);
    }

    private async Task CompactLoopAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), _time);
        await RepeatAsync(timer, "compaction", _compactor.Run, cancellation);
    }

    private async Task RepeatAsync(PeriodicTimer timer, string what, Action work, CancellationToken cancellation)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) Guarded(what, work);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private void Guarded(string what, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or DuckDB.NET.Data.DuckDBException)
        {
            // What is acknowledged is in the log; the next turn, or the next start, tries again.
            Log.Failed(_logger, what, e.Message);
        }
    }

    /// <summary>A batch between the log and its sync; without rows it is one that came twice.</summary>
    private sealed record Taken(string Node, string Source, HighWater Mark, HighWater Before, Rows? Rows, WalPosition End, TaskCompletionSource<IngestOutcome> Done);

    private static partial class Log
    {
        [LoggerMessage(7010, LogLevel.Error, "The write-ahead log could not be synced; the batches that waited are refused. {Reason}")]
        public static partial void NotSynced(ILogger logger, string reason);

        [LoggerMessage(7011, LogLevel.Error, "The store's {What} failed and will be tried again; nothing is lost. {Reason}")]
        public static partial void Failed(ILogger logger, string what, string reason);
    }
}
