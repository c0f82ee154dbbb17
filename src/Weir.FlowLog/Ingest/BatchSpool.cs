using System.Globalization;
using Google.Protobuf;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Ingest;

/// <summary>A node's batches on its disk, from when they are made until the hub has them. Any thread.</summary>
/// <remarks>
/// Each batch is a file that appears by rename, so that an agent that is killed leaves only whole ones. Not synced: after a crash of the
/// whole machine the last ones may be missing. When there is no more room, the oldest go and are counted.
/// </remarks>
public sealed class BatchSpool
{
    private readonly Lock _gate = new();
    private readonly SpoolOptions _options;
    private readonly string _node;
    private readonly ulong _epoch;
    private readonly List<SpooledBatch> _waiting = [];
    private ulong _sequence;
    private long _bytes;
    private TaskCompletionSource _more = New();

    private BatchSpool(SpoolOptions options, string node, ulong now)
    {
        (_options, _node) = (options, node);
        Directory.CreateDirectory(options.Folder);
        foreach (var file in new DirectoryInfo(options.Folder).EnumerateFiles().ToList())
        {
            if (file.Name == EpochFile) continue;
            if (file.Name.EndsWith(SpooledBatch.Extension, StringComparison.Ordinal) && SpooledBatch.Of(file) is { } batch) _waiting.Add(batch);
            else file.Delete();
        }

        _waiting.Sort((a, b) => Compare(a.Mark, b.Mark));
        _bytes = _waiting.Sum(b => b.Bytes);
        Made = _waiting.Count;
        _epoch = NextEpoch(now);
    }

    /// <summary>How many batches wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>How many bytes they take on the disk.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>Batches of this start and what an earlier one left: all that were ever to be sent from here.</summary>
    public long Made { get; private set; }

    /// <summary>Flows that were given up since the start, because there was no room for them.</summary>
    public long LostFlows { get; private set; }

    private static string EpochFile => "epoch";

    /// <summary>Opens the spool, with what an earlier agent left in it.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="time">The clock that the agent's start is named after.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message names every problem.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static BatchSpool Open(SpoolOptions options, string node, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        return new BatchSpool(options, node, (ulong)(time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100);
    }

    /// <summary>Takes rows; when this returns they survive the agent. What the disk does not take is counted as lost.</summary>
    /// <param name="rows">A Rows message.</param>
    /// <param name="count">How many flows it holds.</param>
    public void Append(byte[] rows, int count)
    {
        lock (_gate)
        {
            var batch = new Batch { Node = _node, Epoch = _epoch, Sequence = ++_sequence, Checksum = Checksum.Of(rows), Rows = UnsafeByteOperations.UnsafeWrap(rows) };
            var content = batch.ToByteArray();
            var made = new SpooledBatch(new HighWater(_epoch, _sequence), count, content.Length);
            if (!TryWrite(Path.Combine(_options.Folder, made.FileName), content))
            {
                LostFlows += count;
                return;
            }

            _waiting.Add(made);
            Made++;
            _bytes += made.Bytes;
            while (_bytes > _options.MaxBytes && _waiting.Count > 1)
            {
                LostFlows += _waiting[0].Rows;
                Remove(0);
            }

            _more.TrySetResult();
        }
    }

    /// <summary>The oldest batch behind a mark, as soon as there is one.</summary>
    internal async Task<SpooledBatch> NextAsync(HighWater after, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_waiting.Find(b => Compare(b.Mark, after) > 0) is { } next) return next;
                if (_more.Task.IsCompleted) _more = New();
                more = _more.Task;
            }

            await more.WaitAsync(cancellation);
        }
    }

    /// <summary>The batch itself; null when it was given up meanwhile, or cannot be read and is given up now.</summary>
    internal Batch? Read(SpooledBatch batch)
    {
        try
        {
            var read = Batch.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_options.Folder, batch.FileName)));
            if (Checksum.Of(read.Rows.Span) == read.Checksum) return read;
        }
        catch (Exception e) when (e is IOException or InvalidProtocolBufferException)
        {
            // Counted below: a crash of the machine may have cut it.
        }

        GiveUp(batch.Mark);
        return null;
    }

    /// <summary>The hub has it.</summary>
    internal void Remove(HighWater mark)
    {
        lock (_gate)
        {
            if (_waiting.FindIndex(b => b.Mark == mark) is >= 0 and var at) Remove(at);
        }
    }

    /// <summary>Nobody will ever take it.</summary>
    internal void GiveUp(HighWater mark)
    {
        lock (_gate)
        {
            if (_waiting.FindIndex(b => b.Mark == mark) is not (>= 0 and var at)) return;
            LostFlows += _waiting[at].Rows;
            Remove(at);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static int Compare(HighWater a, HighWater b) => a.Epoch != b.Epoch ? a.Epoch.CompareTo(b.Epoch) : a.Sequence.CompareTo(b.Sequence);

    private static bool TryWrite(string path, byte[] content)
    {
        try
        {
            File.WriteAllBytes(path + ".new", content);
            File.Move(path + ".new", path, overwrite: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // A clock that was set back must not make new batches look like old ones.
    private ulong NextEpoch(ulong now)
    {
        var path = Path.Combine(_options.Folder, EpochFile);
        var last = File.Exists(path) && ulong.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0;
        if (_waiting.Count > 0) last = Math.Max(last, _waiting[^1].Mark.Epoch);
        var next = Math.Max(now, last + 1);
        var text = next.ToString(CultureInfo.InvariantCulture);
        return TryWrite(path, System.Text.Encoding.ASCII.GetBytes(text)) ? next : throw new IOException($"The spool {_options.Folder} cannot be written to; give another folder, or make room.");
    }

    private void Remove(int at)
    {
        var batch = _waiting[at];
        _waiting.RemoveAt(at);
        _bytes -= batch.Bytes;
        File.Delete(Path.Combine(_options.Folder, batch.FileName));
    }
}
