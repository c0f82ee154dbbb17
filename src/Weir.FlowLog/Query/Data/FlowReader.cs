using System.Globalization;
using DuckDB.NET.Data;
using Weir.FlowLog.Store;
using Weir.Model;

namespace Weir.FlowLog.Query.Data;

/// <summary>Reads stored rows back into flows, in the order of time, a slice of an hour at a time. One thread.</summary>
/// <remarks>
/// What is not stored is not there: interfaces, proxy ports, a pod's number. A row of an aggregate becomes one flow that says how many it
/// stands for.
/// </remarks>
public sealed class FlowReader : IDisposable
{
    /// <summary>Rows of a slice, about.</summary>
    private const long SliceRows = 65_536;

    private const long UnixTicks = 621_355_968_000_000_000;

    private readonly StoreSnapshot _snapshot;
    private readonly DuckDBConnection _connection;
    private readonly StoredFlow _row = new();
    private long _aggregates;

    /// <summary>Opens a reader.</summary>
    /// <param name="snapshot">Held by the caller for as long as the reader lives.</param>
    /// <param name="limits">Memory and threads that it may use.</param>
    public FlowReader(StoreSnapshot snapshot, QueryLimits limits)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(limits);
        _snapshot = snapshot;
        _connection = new DuckDBConnection(string.Create(CultureInfo.InvariantCulture, $"DataSource=:memory:;memory_limit={limits.MemoryMiB}MiB;threads={limits.Threads}"));
        _connection.Open();
    }

    /// <summary>The times in which rows lie, cut so that each holds not too many: a second at least.</summary>
    /// <param name="from">The earliest time, in ticks.</param>
    /// <param name="until">The latest time, in ticks.</param>
    /// <param name="isNewestFirst">Whether the latest slice comes first.</param>
    /// <exception cref="QueryFailedException">A file cannot be read.</exception>
    public IEnumerable<(long From, long Until)> Slices(long from, long until, bool isNewestFirst = false)
    {
        var hours = _snapshot.Manifest.Segments.Where(s => s.Until >= from && s.From <= until).GroupBy(s => s.Hour).OrderBy(h => h.Key).ToList();
        if (isNewestFirst) hours.Reverse();
        foreach (var hour in hours)
        {
            (long From, long Until) whole = (Math.Max(hour.Key, from), Math.Min(hour.Key + TimeSpan.TicksPerHour - 1, until));
            var slices = hour.Sum(s => s.Rows) <= SliceRows ? [whole] : Cut(whole);
            if (isNewestFirst) slices.Reverse();
            foreach (var slice in slices) yield return slice;
        }
    }

    /// <summary>The flows of a slice, oldest first.</summary>
    /// <param name="slice">Its times.</param>
    /// <param name="filter">Which of its rows; null for all.</param>
    /// <exception cref="QueryFailedException">A file cannot be read.</exception>
    public IReadOnlyList<Flow> Read((long From, long Until) slice, StoredFilter? filter = null)
    {
        var flows = new List<Flow>();
        Visit(slice, StoredFlow.Columns, $"AND {(filter ?? StoredFilter.All).Sql} ORDER BY time", reader =>
        {
            var flow = _row.Of(reader);

            // An aggregate has no number; a running one keeps the rows of one reader apart.
            if (flow.Sequence == 0 && UnixTicks + (flow.TimeNanoseconds / 100) < _snapshot.Manifest.RawFrom) flow.Sequence = --_aggregates;
            flows.Add(flow);
        });
        return flows;
    }

    // Rows come in bursts: an hour is cut by how many lie in each of its seconds.
    private List<(long From, long Until)> Cut((long From, long Until) hour)
    {
        var slices = new List<(long From, long Until)>();
        var (start, rows) = (hour.From, 0L);
        Visit(hour, $"time // {TimeSpan.TicksPerSecond} AS second, count(*)", "GROUP BY ALL ORDER BY second", reader =>
        {
            var (second, count) = (reader.GetInt64(0) * TimeSpan.TicksPerSecond, reader.GetInt64(1));
            if (rows > 0 && rows + count > SliceRows)
            {
                slices.Add((start, second - 1));
                (start, rows) = (second, 0);
            }

            rows += count;
        });
        if (rows > 0) slices.Add((start, hour.Until));
        return slices;
    }

    private void Visit((long From, long Until) times, string columns, string rest, Action<DuckDBDataReader> visit)
    {
        var files = _snapshot.FilesOf(times.From, times.Until);
        if (files.Count == 0) return;
        using var command = _connection.CreateCommand();
        command.UseStreamingMode = true;
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {columns} FROM read_parquet([{string.Join(", ", files.Select(f => $"'{SegmentWriter.Quoted(f)}'"))}], union_by_name = true) WHERE time BETWEEN {times.From} AND {times.Until} {rest}");
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read()) visit(reader);
        }
        catch (DuckDBException e)
        {
            throw new QueryFailedException($"Stored flows cannot be read: {e.Message.Split('\n')[0]}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
