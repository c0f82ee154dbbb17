using Weir.Model;

namespace Weir.FlowLog.Store.Hot;

/// <summary>The table that a flush fills and makes segments of: <see cref="SegmentColumns"/>'s columns, texts as enumerations of what occurs.</summary>
internal sealed class HotTable
{
    /// <summary>Its name in SQL.</summary>
    public const string Name = "hot";

    private readonly HotColumn[] _columns = HotColumns.Make();
    private readonly List<HotBatch> _batches = [];
    private readonly SortedDictionary<long, HourRows> _hours = [];

    /// <summary>Looks at batches; nothing is written yet.</summary>
    public HotTable(IReadOnlyList<SafeBatch> batches)
    {
        foreach (var safe in batches)
        {
            var batch = new HotBatch(_batches.Count, safe.Node, FlowUuid.NodeHash(safe.Node), safe.Rows);
            _batches.Add(batch);
            foreach (var column in _columns) column.Prepare(batch);
            for (var i = 0; i < safe.Rows.Time.Count; i++) Count(HotColumns.TimeOf(safe.Rows, i));
        }
    }

    /// <summary>The rows of each hour, the earliest first.</summary>
    public IReadOnlyCollection<HourRows> Hours => _hours.Values;

    /// <summary>Makes the table and puts all rows into it.</summary>
    /// <exception cref="IOException">The engine takes no more.</exception>
    public void Fill(SegmentWriter writer)
    {
        writer.Run($"CREATE OR REPLACE TABLE {Name} ({string.Join(", ", _columns.Select(c => $"{c.Name} {c.Type}"))})");
        using var chunk = new ChunkAppender(writer.Connection, Name, _columns.Length);
        chunk.Begin();
        var at = 0;
        foreach (var batch in _batches)
        {
            for (var from = 0; from < batch.Rows.Time.Count;)
            {
                var piece = new Piece(batch, from, Math.Min(batch.Rows.Time.Count - from, ChunkAppender.Size - at), at);
                for (var i = 0; i < _columns.Length; i++) _columns[i].Write(piece, chunk, i);
                (from, at) = (from + piece.Count, at + piece.Count);
                if (at < ChunkAppender.Size) continue;
                chunk.End(at);
                chunk.Begin();
                at = 0;
            }
        }

        if (at > 0) chunk.End(at);
        chunk.Complete();
    }

    private void Count(long time)
    {
        var hour = time - (time % SegmentWriter.Hour);
        if (!_hours.TryGetValue(hour, out var rows)) _hours[hour] = rows = new HourRows(hour);
        rows.Add(time);
    }
}

/// <summary>How many rows of an hour there are, and of which times.</summary>
/// <param name="hour">The hour, in ticks.</param>
internal sealed class HourRows(long hour)
{
    /// <summary>The hour, in ticks.</summary>
    public long Hour => hour;

    /// <summary>How many.</summary>
    public long Rows { get; private set; }

    /// <summary>The earliest time.</summary>
    public long From { get; private set; } = long.MaxValue;

    /// <summary>The latest time.</summary>
    public long Until { get; private set; } = long.MinValue;

    /// <summary>Counts a row.</summary>
    public void Add(long time)
    {
        Rows++;
        (From, Until) = (Math.Min(From, time), Math.Max(Until, time));
    }
}
