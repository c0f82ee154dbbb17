using System.Globalization;
using System.Text;
using Weir.FlowLog.Query;
using Weir.Kql.Types;

namespace Weir.Cli.Query;

/// <summary>Writes a table for people, as CSV or as JSON.</summary>
internal static class TableWriter
{
    private const int WidestCell = 80;

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
        var cells = table.Rows.Select(r => r.Select((c, i) => Short(CellJson.Text(c, table.Columns[i].Type))).ToArray()).ToList();
        var widths = table.Columns.Select((c, i) => cells.Select(r => r[i].Length).Append(c.Name.Length).Max()).ToArray();
        await output.WriteLineAsync(Line(table.Columns.Select(c => c.Name).ToArray(), widths, table));
        foreach (var row in cells) await output.WriteLineAsync(Line(row, widths, table));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"({cells.Count} {(cells.Count == 1 ? "row" : "rows")})"));
    }

    private static string Line(string[] cells, int[] widths, QueryTable table)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append("  ");
            line.Append(table.Columns[i].Type.IsNumber() ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        return line.ToString().TrimEnd();
    }

    // What a cell holds came over the network: it must not move the cursor.
    private static string Short(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return plain.Length > WidestCell ? plain[..(WidestCell - 1)] + "…" : plain;
    }
}
