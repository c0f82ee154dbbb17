using System.Globalization;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>Sketches of distinct values and of distributions: kept in a column, merged later, asked in the end.</summary>
public sealed class DigestTests
{
    private const string Data = "let T = datatable(k:string, x:long) ['a', 1, 'a', 2, 'a', 2, 'b', 2, 'b', 3, 'b', long(null), 'c', 10]; T ";

    [Theory]
    [InlineData("| summarize h = hll(x) | project dcount_hll(h)", "4")]
    [InlineData("| summarize h = hll(x) by k | summarize m = hll_merge(h) | project dcount_hll(m)", "4")]
    [InlineData("| summarize h = hll_if(x, k != 'c') | project dcount_hll(h)", "3")]
    [InlineData("| summarize a = hll_if(x, k == 'a'), b = hll_if(x, k == 'b') | project dcount_hll(hll_merge(a, b))", "3")]
    [InlineData("| where false | summarize h = hll(x) | project dcount_hll(h)", "0")]
    [InlineData("| summarize t = tdigest(x) | project percentile_tdigest(t, 50, typeof(long))", "2")]
    [InlineData("| summarize t = tdigest(x) by k | summarize m = merge_tdigest(t) | project percentile_tdigest(m, 100, typeof(long))", "10")]
    [InlineData("| summarize t = tdigest(x) by k | summarize m = tdigest_merge(t) | project percentiles_array_tdigest(m, 0, 50, 100)", "[1,2,10]")]
    [InlineData("| summarize t = tdigest(x) | project percentrank_tdigest(t, 2)", "66.66666666666667")]
    [InlineData("| summarize t = tdigest(x) | project rank_tdigest(t, 3)", "5")]
    [InlineData("| summarize t = tdigest(x) | project tdigest_isvalid(t, 1)", "True")]
    [InlineData("| count | project around(Count, 5, 2)", "True")]
    public void A_sketch_answers(string query, string expected)
    {
        using var engine = QueryScene.Empty();
        var answer = engine.Run(Data + query, TestContext.Current.CancellationToken);
        Assert.Empty(answer.Problems);
        Assert.Equal(expected, Convert.ToString(answer.Tables[0].Rows[0][0], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void What_a_sketch_cannot_do_is_refused_by_name()
    {
        using var engine = QueryScene.Empty();
        var problem = Assert.Single(engine.Run(Data + "| summarize tdigest(x, 2)", TestContext.Current.CancellationToken).Problems);
        Assert.Contains("percentilew()", problem.Message, StringComparison.Ordinal);
    }
}
