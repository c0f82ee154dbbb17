using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Shown;
using Xunit;

namespace Weir.Unit.Hub;

public sealed class ChartTextTests
{
    [Fact]
    public void A_time_chart_has_a_line_a_series_and_shows_gaps()
    {
        var lines = Chart("""
            datatable(t:datetime, Direction:string, Dropped:long)[
              datetime(2026-03-01 10:15), "INGRESS", 8, datetime(2026-03-01 10:16), "INGRESS", 1, datetime(2026-03-01 10:19), "INGRESS", 4, datetime(2026-03-01 10:16), "EGRESS", 2]
            | render timechart with (title="Drops")
            """);
        Assert.Equal(["Drops", "EGRESS Dropped   ·▂···  most 2", "INGRESS Dropped  █▁··▄  most 8", "                 10:15 to 10:19 UTC"], lines);
    }

    [Fact]
    public void Bars_are_as_long_as_their_values_and_a_pie_tells_shares()
    {
        Assert.Equal([$"DROPPED    {new string('█', 20)} 10", $"FORWARDED  {new string('█', 60)} 30"], Chart("""datatable(v:string, n:long)["DROPPED", 10, "FORWARDED", 30] | render barchart"""));
        Assert.EndsWith("10 (25 %)", Chart("""datatable(v:string, n:long)["DROPPED", 10, "FORWARDED", 30] | render piechart""")![0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_chart_or_without_numbers_is_no_chart()
    {
        Assert.Null(Chart("print 1"));
        Assert.Null(Chart("""datatable(t:datetime, n:long)[] | render timechart"""));
        Assert.Null(Chart("""print x="a" | render timechart"""));
    }

    private static IReadOnlyList<string>? Chart(string query)
    {
        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System);
        var answer = engine.Run(query, TestContext.Current.CancellationToken);
        Assert.Empty(answer.Problems);
        return ChartText.Lines(answer.Tables[0]);
    }
}
