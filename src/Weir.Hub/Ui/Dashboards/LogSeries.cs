using System.Globalization;
using Weir.FlowLog.Query;
using Weir.Kql.Types;

namespace Weir.Hub.Ui.Dashboards;

/// <summary>What a panel draws of a KQL query's answer.</summary>
internal static class LogSeries
{
    /// <summary>The numbers of a table: of a stat one series a column, else one series for each combination of the other columns' values.</summary>
    /// <param name="table">The answer.</param>
    /// <param name="kind">The panel's kind.</param>
    /// <param name="until">The moment of rows without a time, in seconds since 1970.</param>
    public static IReadOnlyList<PanelSeries> Of(QueryTable table, string kind, double until)
    {
        var numbers = Enumerable.Range(0, table.Columns.Length).Where(i => table.Columns[i].Type is KqlType.Long or KqlType.Int or KqlType.Real).ToList();
        if (numbers.Count == 0) return [];
        if (kind == "stat") return [.. numbers.Select(i => new PanelSeries(table.Columns[i].Name, [], [.. table.Rows.Select(r => (until, Number(r[i])))]))];
        var timeAt = Array.FindIndex([.. table.Columns], c => c.Type == KqlType.DateTime);
        var names = Enumerable.Range(0, table.Columns.Length).Where(i => i != timeAt && i != numbers[0]).ToList();
        return [.. table.Rows.GroupBy(r => string.Join(" ", names.Select(i => Text(table, r, i)))).Select(g => new PanelSeries(
            g.Key,
            [.. names.Select(i => (table.Columns[i].Name, Text(table, g.First(), i)))],
            [.. g.Select(r => (timeAt < 0 ? until : Seconds(r[timeAt]), Number(r[numbers[0]])))]))];
    }

    private static string Text(QueryTable table, object?[] row, int at) => CellJson.Text(row[at], table.Columns[at].Type);

    private static double Number(object? value) => Convert.ToDouble(value ?? double.NaN, CultureInfo.InvariantCulture);

    private static double Seconds(object? time) => time is long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero).ToUnixTimeMilliseconds() / 1000.0 : double.NaN;
}
