using System.Globalization;
using DuckDB.NET.Data;
using Weir.FlowLog.Store;
using Weir.Model;

namespace Weir.FlowLog.Query.Stored;

/// <summary>Reads stored flows one after another in the order of time, either way, and stops when its reader has enough.</summary>
/// <remarks>
/// Hour by hour, and inside an hour page by page: what is sorted at once is a page, however much the store holds. Rows that became
/// aggregates come as flows that say how many they stand for (<see cref="Flow.Suppressed"/>).
/// </remarks>
public static class StoredFlowReader
{
    /// <summary>Told of a flow; returns whether it wants more.</summary>
    public delegate bool Reader(in Flow flow);

    /// <summary>Reads.</summary>
    /// <param name="snapshot">The store, held by the caller meanwhile.</param>
    /// <param name="request">Which flows.</param>
    /// <param name="reader">Takes them.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <returns>Whether there was nothing more to read.</returns>
    /// <exception cref="QueryFailedException">A file cannot be read.</exception>
    public static bool Read(StoreSnapshot snapshot, StoredRequest request, Reader reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(request);
        var hours = snapshot.Manifest.Segments.Where(s => s.Until >= request.From && s.From <= request.Until).GroupBy(s => s.Hour);
        hours = request.NewestFirst ? hours.OrderByDescending(h => h.Key) : hours.OrderBy(h => h.Key);
        using var connection = new DuckDBConnection("DataSource=:memory:;memory_limit=256MiB;threads=1");
        connection.Open();
        var rows = new RowFlows();
        try
        {
            foreach (var hour in hours)
                if (!ReadHour(connection, [.. hour.Select(s => Path.Combine(snapshot.Folder, s.File))], request, rows, reader, cancellation)) return false;
            return true;
        }
        catch (DuckDBException e)
        {
            throw new QueryFailedException($"Stored flows could not be read: {e.Message.Split('\n')[0]}", e);
        }
    }

    private static bool ReadHour(
        DuckDBConnection connection, IReadOnlyList<string> files, StoredRequest request, RowFlows rows, Reader reader, CancellationToken cancellation)
    {
        var source = $"read_parquet([{string.Join(", ", files.Select(f => $"'{f.Replace("'", "''", StringComparison.Ordinal)}'"))}])";
        var (from, until) = (request.From, request.Until);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var command = connection.CreateCommand();

            // A page ends inside a moment only when that moment alone is longer than a page: it is then read whole.
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                WITH wanted AS (SELECT * FROM {source} WHERE time >= {from} AND time <= {until} AND {request.Sql}),
                page AS (SELECT time FROM wanted ORDER BY time {Order(request)} LIMIT {request.PageRows}),
                edge AS (SELECT {(request.NewestFirst ? "min" : "max")}(time) AS time, count(*) AS size FROM page)
                SELECT wanted.*, edge.time AS edge, edge.size AS size FROM wanted, edge WHERE wanted.time {(request.NewestFirst ? ">=" : "<=")} edge.time ORDER BY wanted.time {Order(request)}
                """);
            using var data = command.ExecuteReader();
            long edge = 0, size = 0;
            while (data.Read())
            {
                (edge, size) = (data.GetInt64(FlowTable.Columns.Count), data.GetInt64(FlowTable.Columns.Count + 1));
                var flow = rows.Read(data);
                if (!reader(flow)) return false;
            }

            if (size < request.PageRows) return true;
            if (request.NewestFirst) until = edge - 1;
            else from = edge + 1;
        }
    }

    private static string Order(StoredRequest request) => request.NewestFirst ? "DESC" : "ASC";
}
