using System.Text;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Shown;

/// <summary>A table for people: columns side by side, numbers to the right.</summary>
public static class TableText
{
    private const int WidestCell = 80;

    /// <summary>The lines of a table, its names first.</summary>
    public static IEnumerable<string> Lines(QueryTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var cells = table.Rows.Select(r => r.Select((c, i) => Short(CellJson.Text(c, table.Columns[i].Type))).ToArray()).ToList();
        var widths = table.Columns.Select((c, i) => cells.Select(r => r[i].Length).Append(c.Name.Length).Max()).ToArray();
        return cells.Prepend([.. table.Columns.Select(c => c.Name)]).Select(r => Line(r, widths, table));
    }

    /// <summary>A text on one line: what a cell holds came over the network, and must not move the cursor.</summary>
    internal static string Short(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return plain.Length > WidestCell ? plain[..(WidestCell - 1)] + "…" : plain;
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
}
