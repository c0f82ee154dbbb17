using System.Globalization;
using Weir.Hub.Ui;
using Weir.Hub.Ui.Dashboards.PromQl;
using Weir.Hub.Ui.Dashboards.Samples;
using Xunit;

namespace Weir.Unit.Hub.Ui;

/// <summary>The hub's part of PromQL, over samples of five minutes: a counter that grows by 15 a round of 15 s, and one that begins anew.</summary>
public sealed class PromQlTests
{
    private const double End = 1_000_300;
    private readonly SampleStore _samples = new(new HashSet<string> { "drops_total", "resets_total", "up", "seconds_bucket" });

    public PromQlTests()
    {
        for (var round = 0; round <= 20; round++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $$$"""
                # HELP drops_total Drops
                # TYPE drops_total counter
                drops_total{reason="POLICY_DENIED",node="node1"} {{{round * 15}}}
                drops_total{reason="POLICY_DENIED",node="node2"} {{{round * 30}}}
                drops_total{reason="a \"quoted\", one",node="node2"} 5
                resets_total {{{(round < 10 ? round * 15 : (round - 10) * 15)}}}
                up{node="node1"} 1
                up{node="node2"} 0
                seconds_bucket{le="0.1"} {{{round * 15}}}
                seconds_bucket{le="1"} {{{round * 30}}}
                seconds_bucket{le="+Inf"} {{{round * 30}}}
                unwanted 1
                """);
            _samples.Add(text, 1_000_000 + (round * 15));
        }
    }

    public static TheoryData<string, string> Answers => new()
    {
        { "sum by (node) (rate(drops_total{reason=\"POLICY_DENIED\"}[2m]))", "node=node1 1; node=node2 2" },
        { "sum(rate(drops_total[2m]))", "3" },
        { "sum(increase(drops_total{node=~\"node1|x\"}[1m]))", "60" },
        { "irate(drops_total{node=\"node1\"}[1m])", "node=node1,reason=POLICY_DENIED 1" },
        { "rate(resets_total[5m])", "0.9474" },
        { "count(up) - sum(up)", "1" },
        { "up == 0", "__name__=up,node=node2 0" },
        { "up == bool 1", "node=node1 1; node=node2 0" },
        { "100 * sum(up) / count(up)", "50" },
        { "topk(1, sum without (reason) (drops_total{reason!~\"a.*\"}))", "node=node2 600" },
        { "histogram_quantile(0.75, rate(seconds_bucket[2m]))", "0.55" },
        { "label_replace(up{node=\"node1\"}, \"number\", \"$1\", \"node\", \"node(.*)\")", "__name__=up,node=node1,number=1 1" },
        { "sum(missing) or vector(0)", "0" },
        { "drops_total{reason=\"a \\\"quoted\\\", one\"}", "__name__=drops_total,node=node2,reason=a \"quoted\", one 5" },
        { "sum by (node) (drops_total) * on (node) up", "node=node1 300; node=node2 0" },
        { "2 ^ 3 ^ 0 - -1", "3" },
        { "up unless up == 0", "__name__=up,node=node1 1" },
        { "sum(drops_total{node=\"node1\"} offset 1m)", "240" },
        { "up @ end() == 1", "__name__=up,node=node1 1" },
    };

    public static TheoryData<string, int, int> Refused => new()
    {
        { "predict_linear(up[5m], 60)", 0, 14 },
        { "rate(up)", 5, 2 },
        { "up[5m]", 0, 6 },
        { "sum(up", 6, 1 },
        { "up{node=node1}", 8, 5 },
        { "up{node=~\"(\"}", 9, 3 },
        { "rate(up[5m:1m])", 10, 1 },
        { "up + on(node) group_right up", 14, 11 },
        { "up @ start()", 5, 5 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_expression_has_the_value_that_Prometheus_gives_it(string expr, string expected)
    {
        var found = new PromEvaluator(_samples).Range(PromParser.Parse(expr), End, End, 15)
            .Select(s => $"{string.Join(',', s.Labels.All.Select(l => $"{l.Name}={l.Value}"))} {s.Points[0].Value.ToString("0.####", CultureInfo.InvariantCulture)}".Trim()).Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join("; ", found));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_known_is_refused_with_its_place(string expr, int start, int length)
    {
        var problem = Assert.Throws<UiProblem>(() => new PromEvaluator(_samples).Range(PromParser.Parse(expr), End, End, 15));
        Assert.Equal((start, length), problem.At);
    }

    [Theory]
    [InlineData("sum(drops_total{node=\"node1\"}")]
    [InlineData("increase(resets_total[2m]")]
    public void What_is_asked_at_the_end_is_the_same_at_every_moment(string expr)
    {
        var moving = Values($"{expr})");
        var atEnd = Values($"{expr} @ end())");
        Assert.NotEqual(moving[0], moving[1]);
        Assert.Equal([moving[1], moving[1]], atEnd);

        double[] Values(string text) => [.. new PromEvaluator(_samples).Range(PromParser.Parse(text), End - 150, End, 150).Single().Points.Select(p => p.Value)];
    }

    [Fact]
    public void A_gap_in_the_samples_is_a_gap_in_the_answer()
    {
        var points = new PromEvaluator(_samples).Range(PromParser.Parse("up{node=\"node1\"}"), End, End + 600, 300).Single().Points;
        Assert.Equal([End], points.Select(p => p.Time));
    }
}
