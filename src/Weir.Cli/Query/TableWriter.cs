using System.Globalization;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Shown;

namespace Weir.Cli.Query;

/// <summary>Writes a table for people, as CSV or as JSON.</summary>
internal static class TableWriter
{
    public static async Task WriteAsync(TextWriter output, QueryTable table, string format)
    {
        if (format == "json") await output.WriteLineAsync(BatchWriter.Json(null, table));
        else if (format == "csv") await CsvAsync(output, table);
        else await TextAsync(output, table);
    }

    private static async Task CsvAsync(TextWriter output, QueryTable table)
    {
        await output.WriteAsync(string.Join(',', table.Columns.Select(c => Csv(c.Name))) + "\r\n");
        foreach (var row in table.Rows)
            await output.WriteAsync(string.Join(',', row.Select((cell, i) => Csv(CellJson.Text(cell, table.Columns[i].Type)))) + "\r\n");
    }

    private static string Csv(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task TextAsync(TextWriter output, QueryTable table)
    {
        foreach (var line in ChartText.Lines(table) ?? TableText.Lines(table)) await output.WriteLineAsync(line);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"({table.Rows.Count} {(table.Rows.Count == 1 ? "row" : "rows")})"));
    }
}
