using System.Globalization;
using DuckDB.NET.Data;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Writes a query's answer as a Parquet file.</summary>
public static class TableParquet
{
    /// <summary>Writes it: instants as timestamps in UTC, lengths of time, identifiers and dynamic values as the texts that JSON has for them.</summary>
    /// <param name="table">The answer.</param>
    /// <param name="file">The file; replaced when it is there.</param>
    /// <exception cref="QueryFailedException">It cannot be written.</exception>
    public static void Write(QueryTable table, string file)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(file);
        using var connection = new DuckDBConnection("DataSource=:memory:;memory_limit=512MiB;threads=1");
        connection.Open();
        try
        {
            Run(connection, $"CREATE TABLE answer ({string.Join(", ", table.Columns.Select(c => $"\"{c.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {Sql(c.Type)}"))})");
            using (var appender = connection.CreateAppender("answer"))
                foreach (var row in table.Rows) Append(appender.CreateRow(), row, table);
            Run(connection, $"COPY answer TO '{file.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet, COMPRESSION zstd)");
        }
        catch (DuckDBException e)
        {
            throw new QueryFailedException($"The export failed: {e.Message.Split('\n')[0]}", e);
        }
    }

    private static void Append(IDuckDBAppenderRow row, object?[] cells, QueryTable table)
    {
        for (var i = 0; i < table.Columns.Length; i++)
        {
            var type = table.Columns[i].Type;
            _ = (cells[i], type) switch
            {
                (null, _) => row.AppendNullValue(),
                (long ticks, KqlType.DateTime) => row.AppendValue(new DateTime(ticks, DateTimeKind.Utc)),
                (bool flag, KqlType.Bool) => row.AppendValue(flag),
                (_, KqlType.Int) => row.AppendValue(Convert.ToInt32(cells[i], CultureInfo.InvariantCulture)),
                (_, KqlType.Long) => row.AppendValue(Convert.ToInt64(cells[i], CultureInfo.InvariantCulture)),
                (_, KqlType.Real) => row.AppendValue(Convert.ToDouble(cells[i], CultureInfo.InvariantCulture)),
                _ => row.AppendValue(CellJson.Text(cells[i], type)),
            };
        }

        row.EndRow();
    }

    private static string Sql(KqlType type) => type switch
    {
        KqlType.DateTime => "TIMESTAMP",
        KqlType.Bool => "BOOLEAN",
        KqlType.Int => "INTEGER",
        KqlType.Long => "BIGINT",
        KqlType.Real => "DOUBLE",
        _ => "VARCHAR",
    };

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
