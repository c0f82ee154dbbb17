using System.Collections.Immutable;
using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Shown;

/// <summary>What <c>render</c> asks for, in characters: a line of columns a series over time, bars for categories, shares for a pie.</summary>
public static class ChartText
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const int Widest = 60;

    /// <summary>The lines of a chart; null when the table asks for none, or has nothing to draw.</summary>
    public static IReadOnlyList<string>? Lines(QueryTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Render is not { } render || table.Rows.Count == 0) return null;
        var numbers = Where(table.Columns, c => c.Type.IsNumber());
        var x = Array.FindIndex([.. table.Columns], c => c.Type == KqlType.DateTime);
        IEnumerable<string>? lines = render.Chart switch
        {
            "timechart" or "linechart" or "areachart" or "anomalychart" when x >= 0 && numbers.Length > 0 => Times(table, x, numbers),
            "columnchart" or "barchart" or "stackedareachart" when numbers.Length > 0 => Bars(table, numbers, isShare: false),
            "piechart" when numbers.Length > 0 => Bars(table, numbers[..1], isShare: true),
            _ => null,
        };
        if (lines is null) return null;
        var title = render.Properties.FirstOrDefault(p => p.Key.Equals("title", StringComparison.OrdinalIgnoreCase)).Value;
        return string.IsNullOrEmpty(title) ? [.. lines] : [TableText.Short(title), .. lines];
    }

    private static IEnumerable<string> Times(QueryTable table, int x, int[] numbers)
    {
        var names = Where(table.Columns, c => c.Type is not KqlType.DateTime && !c.Type.IsNumber());
        var all = table.Rows.Select(r => r[x]).OfType<long>().Distinct().Order().ToList();
        if (all.Count == 0) return [];
        var times = Grid(all);
        var place = times.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i);
        var series = new SortedDictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (row[x] is not long time || !place.TryGetValue(time, out var at)) continue;
            foreach (var number in numbers)
            {
                var name = string.Join(' ', names.Select(n => CellJson.Text(row[n], table.Columns[n].Type)).Where(t => t.Length > 0).Append(table.Columns[number].Name));
                if (!series.TryGetValue(TableText.Short(name), out var values)) series[TableText.Short(name)] = values = new double[times.Count];
                values[at] = Number(row[number]);
            }
        }

        var label = series.Keys.Max(n => n.Length);
        var most = series.Values.SelectMany(v => v).DefaultIfEmpty(0).Max();
        var lines = series.Select(s => $"{s.Key.PadRight(label)}  {string.Concat(s.Value.Select(v => Level(v, most)))}  most {Plain(s.Value.Max())}").ToList();
        var (first, last) = (Clock(times[0]), Clock(times[^1]));
        return [.. lines, $"{new string(' ', label)}  {(times.Count > 12 ? first.PadRight(times.Count - last.Length) + last : $"{first} to {last}")} UTC"];
    }

    // Times without a row are gaps, which a chart shows; the steps are as wide as the narrowest that there is.
    private static List<long> Grid(List<long> times)
    {
        if (times.Count < 2) return times;
        var step = times.Zip(times.Skip(1), (a, b) => b - a).Min();
        var whole = times.TrueForAll(t => (t - times[0]) % step == 0) && (times[^1] - times[0]) / step < Widest;
        return whole ? [.. Enumerable.Range(0, (int)((times[^1] - times[0]) / step) + 1).Select(i => times[0] + (i * step))] : [.. times.TakeLast(Widest)];
    }

    private static IEnumerable<string> Bars(QueryTable table, int[] numbers, bool isShare)
    {
        var names = Where(table.Columns, c => !c.Type.IsNumber());
        var bars = table.Rows.Take(Widest).SelectMany(row => numbers.Select(n => (
            Name: TableText.Short(string.Join(' ', names.Select(i => CellJson.Text(row[i], table.Columns[i].Type)).Concat(numbers.Length > 1 ? [table.Columns[n].Name] : []))),
            Value: Number(row[n])))).ToList();
        var label = bars.Max(b => b.Name.Length);
        var (most, sum) = (bars.Max(b => b.Value), bars.Sum(b => Math.Max(0, b.Value)));
        return bars.Select(b =>
        {
            var length = most > 0 && b.Value > 0 ? Math.Max(1, (int)Math.Round(b.Value / most * Widest)) : 0;
            var share = isShare && sum > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Max(0, b.Value) / sum:P0})") : "";
            return $"{b.Name.PadRight(label)}  {new string('█', length)} {Plain(b.Value)}{share}";
        });
    }

    private static int[] Where(ImmutableArray<Column> columns, Func<Column, bool> holds) => [.. Enumerable.Range(0, columns.Length).Where(i => holds(columns[i]))];

    private static char Level(double value, double most) => value <= 0 || most <= 0 ? '·' : Levels[Math.Clamp((int)Math.Ceiling(value / most * Levels.Length) - 1, 0, Levels.Length - 1)];

    private static double Number(object? value) => value is null or string ? 0 : System.Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Plain(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Clock(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("HH:mm", CultureInfo.InvariantCulture);
}
