using System.Text;

namespace Weir.Observe.Printing;

/// <summary>Columns as wide as their widest cell and three spaces more, as Hubble prints its tables.</summary>
public sealed class TextTable
{
    private const int Padding = 3;
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    /// <summary>The table; the last cell of a row is not padded.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var widths = new List<int>();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length - 1; i++)
            {
                if (widths.Count == i) widths.Add(0);
                widths[i] = Math.Max(widths[i], Width(row[i]) + Padding);
            }
        }

        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length - 1; i++) text.Append(row[i]).Append(' ', widths[i] - Width(row[i]));
            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();
}
