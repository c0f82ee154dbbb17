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

    private readonly StoreSnapshot _snapshot;
    private readonly DuckDBConnection _connection;
    private readonly StoredFlow _row = new();

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

    /// <summary>The times in which rows lie, cut so that each holds not too many, in order.</summary>
    /// <param name="from">The earliest time, in ticks.</param>
    /// <param name="until">The latest time, in ticks.</param>
    public IEnumerable<(long From, long Until)> Slices(long from, long until)
    {
        foreach (var hour in _snapshot.Manifest.Segments.Where(s => s.Until >= from && s.From <= until).GroupBy(s => s.Hour).OrderBy(h => h.Key))
        {
            var parts = 1 + (hour.Sum(s => s.Rows) / SliceRows);
            var length = (TimeSpan.TicksPerHour + parts - 1) / parts;
            for (var start = hour.Key; start < hour.Key + TimeSpan.TicksPerHour; start += length)
            {
                var end = Math.Min(start + length, hour.Key + TimeSpan.TicksPerHour) - 1;
                if (end >= from && start <= until) yield return (Math.Max(start, from), Math.Min(end, until));
            }
        }
    }

    /// <summary>The flows of a slice, oldest first.</summary>
    /// <param name="slice">Its times.</param>
    /// <param name="filter">Which of its rows; null for all.</param>
    /// <exception cref="QueryFailedException">A file cannot be read.</exception>
    public IReadOnlyList<Flow> Read((long From, long Until) slice, StoredFilter? filter = null)
    {
        var files = _snapshot.FilesOf(slice.From, slice.Until);
        var flows = new List<Flow>();
        if (files.Count == 0) return flows;
        using var command = _connection.CreateCommand();
        command.UseStreamingMode = true;
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {StoredFlow.Columns} FROM read_parquet([{string.Join(", ", files.Select(f => $"'{SegmentWriter.Quoted(f)}'"))}], union_by_name = true) WHERE time BETWEEN {slice.From} AND {slice.Until} AND {(filter ?? StoredFilter.All).Sql} ORDER BY time");
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read()) flows.Add(_row.Of(reader));
            return flows;
        }
        catch (DuckDBException e)
        {
            throw new QueryFailedException($"Stored flows cannot be read: {e.Message.Split('\n')[0]}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
