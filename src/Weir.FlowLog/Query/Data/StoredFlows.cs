using System.Globalization;
using Weir.FlowLog.Store;
using Weir.Kql.Sql;

namespace Weir.FlowLog.Query.Data;

/// <summary>Where an engine's rows come from, when it is not saved files: SQL over a snapshot's segments.</summary>
/// <param name="Table">The rows as queries see them; its SQL names no file but <paramref name="Files"/>.</param>
/// <param name="Files">All that the engine may open.</param>
/// <param name="AggregatedBefore">Rows before this time, in ticks, are aggregates; 0 where none is.</param>
public sealed record StoredFlows(StoredTable Table, IReadOnlyList<string> Files, long AggregatedBefore)
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
        var source = Source(files);
        if (isExact) source = string.Create(CultureInfo.InvariantCulture, $"(SELECT * FROM {source} WHERE time >= {from} AND time <= {until})");
        var isMixed = snapshot.Manifest.Segments.Any(s => s.IsAggregate && s.Until >= from && s.From <= until);
        var inside = snapshot.Manifest.Segments.Where(s => s.Until >= from && s.From <= until).ToList();
        (long, long)? times = inside.Count == 0 ? null : (inside.Min(s => s.From), inside.Max(s => s.Until));
        var table = StoredFlowsSql.Table(source) with { Times = name => name == "TimeGenerated" ? times : null };
        return new StoredFlows(table, files, isMixed ? snapshot.Manifest.RawFrom : 0);
    }

    private static string Source(IReadOnlyList<string> files)
    {
        // Not by name: every file would be opened to compare its columns with the others'. They are equal until FlowTable grows.
        if (files.Count > 0) return $"read_parquet([{string.Join(", ", files.Select(Quoted))}])";

        // No file, no rows; the columns are there all the same.
        var columns = string.Join(", ", Store.SegmentColumns.All.Select(c => $"NULL::{c.Type} AS {c.Name}"));
        return $"(SELECT {columns} WHERE false)";
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
