using System.Globalization;
using Weir.FlowLog.Store;

namespace Weir.FlowLog.Query.Data;

/// <summary>Where an engine's rows come from, when it is not saved files: SQL over a snapshot's segments.</summary>
/// <param name="Create">The statement that makes the view; it names no file but <paramref name="Files"/>.</param>
/// <param name="Files">All that the engine may open.</param>
/// <param name="AggregatedBefore">Rows before this time, in ticks, are aggregates; 0 where none is.</param>
public sealed record StoredFlows(string Create, IReadOnlyList<string> Files, long AggregatedBefore)
{
    /// <summary>The rows of a snapshot between two times.</summary>
    /// <param name="snapshot">Held by the caller for as long as the engine lives.</param>
    /// <param name="from">The earliest time wanted, in ticks.</param>
    /// <param name="until">The latest time wanted, in ticks.</param>
    /// <param name="isExact">Whether rows outside must not be seen; else the times are a hint that leaves whole files out.</param>
    public static StoredFlows Of(StoreSnapshot snapshot, long from = long.MinValue, long until = long.MaxValue, bool isExact = false)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var files = snapshot.FilesOf(from, until);
        var where = isExact ? string.Create(CultureInfo.InvariantCulture, $" WHERE time >= {from} AND time <= {until}") : "";
        var isMixed = snapshot.Manifest.Segments.Any(s => s.IsAggregate && s.Until >= from && s.From <= until);
        return new StoredFlows(StoredFlowsSql.View(Source(files) + where), files, isMixed ? snapshot.Manifest.RawFrom : 0);
    }

    private static string Source(IReadOnlyList<string> files)
    {
        // Not by name: every file would be opened to compare its columns with the others'. They are equal until FlowTable grows.
        if (files.Count > 0) return $"read_parquet([{string.Join(", ", files.Select(Quoted))}])";

        // No file, no rows; the columns are there all the same.
        var columns = string.Join(", ", Store.FlowTable.Columns.Select(c => $"NULL::{c.Type} AS {c.Name}"));
        return $"(SELECT {columns} WHERE false)";
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
