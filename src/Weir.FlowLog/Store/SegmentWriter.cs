using System.Globalization;
using DuckDB.NET.Data;
using Weir.FlowLog.Store.Hot;

namespace Weir.FlowLog.Store;

/// <summary>A private DuckDB in memory that makes segments. One thread.</summary>
internal sealed class SegmentWriter : IDisposable
{
    /// <summary>Ticks of an hour.</summary>
    public const long Hour = TimeSpan.TicksPerHour;

    private readonly IStoreFiles _files;
    private readonly SegmentCatalog _catalog;
    private readonly string _folder;

    /// <summary>Opens it.</summary>
    public SegmentWriter(IStoreFiles files, SegmentCatalog catalog, StoreOptions options, string name)
    {
        (_files, _catalog, _folder) = (files, catalog, options.Folder);
        Connection = new DuckDBConnection("DataSource=:memory:");
        Connection.Open();
        var temp = Path.Combine(options.Folder, "temp", name);
        Directory.CreateDirectory(temp);
        Run(string.Create(
            CultureInfo.InvariantCulture,
            $"SET threads = 1; SET memory_limit = '{options.MemoryBytes}B'; SET temp_directory = '{Quoted(temp)}'; SET preserve_insertion_order = false; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"));
    }

    /// <summary>The connection, for what brings rows.</summary>
    public DuckDBConnection Connection { get; }

    /// <summary>A path or text inside quotes of SQL.</summary>
    public static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    /// <summary>Runs statements.</summary>
    public void Run(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Asks for rows of whole numbers.</summary>
    public IReadOnlyList<long[]> Ask(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<long[]>();
        while (reader.Read())
        {
            var row = new long[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? 0 : Convert.ToInt64(reader.GetValue(i), CultureInfo.InvariantCulture);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Writes the rows of a query, all of one hour, to a file that survives a crash.</summary>
    /// <param name="select">The query; its columns are <see cref="SegmentColumns"/>'s.</param>
    /// <param name="hour">The hour, in ticks.</param>
    /// <param name="level">How far merged.</param>
    /// <param name="isAggregate">Whether its rows are windows.</param>
    /// <returns>The segment, not yet listed; null when there are no rows.</returns>
    public Segment? Write(string select, long hour, int level, bool isAggregate)
    {
        var (file, path) = NewFile(hour);
        Copy(select, path);
        var about = Ask($"SELECT count(*), min(time), max(time){(isAggregate ? $", {Aggregation.Folded}" : "")} FROM read_parquet('{Quoted(path)}')")[0];
        if (about[0] > 0) return Segment(file, path, hour, level, isAggregate, about[0], (about[1], about[2])) with { Folded = isAggregate ? about[3] : 0 };
        File.Delete(path);
        return null;
    }

    /// <summary>Writes single flows of which it is known how many there are, and of which times.</summary>
    public Segment Write(string select, HourRows rows, int level)
    {
        var (file, path) = NewFile(rows.Hour);
        Copy(select, path);
        return Segment(file, path, rows.Hour, level, isAggregate: false, rows.Rows, (rows.From, rows.Until));
    }

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();

    private (string File, string Path) NewFile(long hour)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"data/{new DateTime(hour, DateTimeKind.Utc):yyyy-MM-ddTHH}/{_catalog.TakeNumber():D12}.parquet");
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return (file, path);
    }

    // Version 2 of Parquet's pages has the encodings by difference: times and numbers that rise take 2 to 3 bytes instead of 8.
    private void Copy(string select, string path) => Run($"COPY ({select}) TO '{Quoted(path)}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)");

    private Segment Segment(string file, string path, long hour, int level, bool isAggregate, long rows, (long From, long Until) times)
    {
        _files.Sync(path);
        var content = File.ReadAllBytes(path);
        return new Segment(file, hour, level, isAggregate, rows, content.Length, times.From, times.Until, Checksum.Of(content));
    }
}
