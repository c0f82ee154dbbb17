using Weir.Model;

namespace Weir.FlowLog.Store.Hot;

/// <summary>The rows that a flush makes segments of: <see cref="SegmentColumns"/>'s columns, texts as enumerations of what occurs. DuckDB reads them with <see cref="HotFunction"/>.</summary>
internal sealed class HotTable
{
    private readonly HotColumn[] _columns = HotColumns.Make();
    private readonly SortedDictionary<long, HourRows> _hours = [];

    /// <summary>Looks at batches; nothing is written yet.</summary>
    public HotTable(IReadOnlyList<SafeBatch> batches)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = new HotBatch(i, batches[i].Node, FlowUuid.NodeHash(batches[i].Node), batches[i].Rows);
            foreach (var column in _columns) column.Prepare(batch);
            Split(batch);
        }
    }

    /// <summary>Its columns, in order.</summary>
    public IReadOnlyList<HotColumn> Columns => _columns;

    /// <summary>The rows of each hour, by its first tick.</summary>
    public IReadOnlyDictionary<long, HourRows> Hours => _hours;

    // A batch is nearly in the order of time, so this is few runs: most often one.
    private void Split(HotBatch batch)
    {
        HourRows? hour = null;
        for (var i = 0; i < batch.Rows.Time.Count; i++)
        {
            var time = HotColumns.TimeOf(batch.Rows, i);
            if (hour is null || time < hour.Hour || time >= hour.Hour + SegmentWriter.Hour) hour = HourOf(time);
            hour.Add(batch, i, time);
        }
    }

    private HourRows HourOf(long time)
    {
        var start = time - (time % SegmentWriter.Hour);
        if (!_hours.TryGetValue(start, out var hour)) _hours[start] = hour = new HourRows(start);
        return hour;
    }
}

/// <summary>The rows of an hour.</summary>
/// <param name="hour">The hour, in ticks.</param>
internal sealed class HourRows(long hour)
{
    private readonly List<Run> _runs = [];

    /// <summary>The hour, in ticks.</summary>
    public long Hour => hour;

    /// <summary>Where they are.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>How many.</summary>
    public long Rows { get; private set; }

    /// <summary>The earliest time.</summary>
    public long From { get; private set; } = long.MaxValue;

    /// <summary>The latest time.</summary>
    public long Until { get; private set; } = long.MinValue;

    /// <summary>Adds a row; of a batch, the first come first.</summary>
    public void Add(HotBatch batch, int row, long time)
    {
        Rows++;
        (From, Until) = (Math.Min(From, time), Math.Max(Until, time));
        if (_runs is [.., var last] && last.Batch == batch && last.From + last.Count == row) _runs[^1] = last with { Count = last.Count + 1 };
        else _runs.Add(new Run(batch, row, 1));
    }
}

/// <summary>Rows of a batch that follow each other.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="From">Its first row.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Run(HotBatch Batch, int From, int Count);
