using DuckDB.NET.Data;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Writes a store's rows to one file, as the columns that queries see.</summary>
public static class StoreExport
{
    /// <summary>The forms, by the file's ending.</summary>
    private static readonly Dictionary<string, string> _forms = new(StringComparer.OrdinalIgnoreCase)
    {
        [".parquet"] = "FORMAT parquet, COMPRESSION zstd",
        [".csv"] = "FORMAT csv, HEADER",
        [".jsonl"] = "FORMAT json",
    };

    /// <summary>Whether a file's ending says what to write: .parquet, .csv or .jsonl.</summary>
    public static bool CanWrite(string file) => _forms.ContainsKey(Path.GetExtension(file));

    /// <summary>Writes the rows between two times.</summary>
    /// <param name="snapshot">The store.</param>
    /// <param name="file">The file, with one of the endings.</param>
    /// <param name="from">The earliest time, in ticks.</param>
    /// <param name="until">The latest time, in ticks.</param>
    /// <returns>How many rows.</returns>
    /// <exception cref="QueryFailedException">A file cannot be read or written.</exception>
    public static long Write(StoreSnapshot snapshot, string file, long from = long.MinValue, long until = long.MaxValue)
    {
        var form = _forms[Path.GetExtension(file)];
        using var connection = new DuckDBConnection("DataSource=:memory:;memory_limit=512MiB;threads=1");
        connection.Open();
        try
        {
            Run(connection, "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET preserve_insertion_order = false");
            var table = StoredFlows.Of(snapshot, from, until, isExact: true).Table;
            var columns = string.Join(", ", FlowTable.Columns.Select(c => $"{Of(table.Column(c.Name).Sql, c.Type, form)} AS \"{c.Name}\""));
            return Run(connection, $"COPY (SELECT {columns} FROM {table.Source}) TO '{file.Replace("'", "''", StringComparison.Ordinal)}' ({form})");
        }
        catch (DuckDBException e)
        {
            throw new QueryFailedException($"The export failed: {e.Message.Split('\n')[0]}", e);
        }
    }

    // A time as Kusto writes it, with all seven digits; a dynamic value as JSON where the form has it.
    private static string Of(string value, KqlType type, string form) => type switch
    {
        KqlType.DateTime => $"strftime(make_timestamp(({value} - 621355968000000000) // 10), '%Y-%m-%dT%H:%M:%S.%f') || ({value} % 10)::VARCHAR || 'Z'",
        KqlType.Dynamic when form.Contains("json", StringComparison.Ordinal) => $"({value})::JSON",
        _ => value,
    };

    private static long Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
