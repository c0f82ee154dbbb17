using System.Text;
using Weir.Hub.Metrics;
using Xunit;

namespace Weir.Unit.Hub;

public sealed class PageUnionTests
{
    private const string One = """
        # HELP a_total First
        # TYPE a_total counter
        a_total{node="node1",x="#no comment"} 1
        a_total{node="node1",x="\n# nor this"} 2
        # HELP b Second
        # TYPE b gauge

        """;

    private const string Two = """
        # HELP b Second
        # TYPE b gauge
        b{node="node2"} 3
        # HELP a_total First
        # TYPE a_total counter
        a_total{node="node2"} 4

        """;

    [Fact]
    public async Task Each_family_stands_once_with_the_series_of_all_nodes() => Assert.Equal(
        """
        # HELP a_total First
        # TYPE a_total counter
        a_total{node="node1",x="#no comment"} 1
        a_total{node="node1",x="\n# nor this"} 2
        a_total{node="node2"} 4
        # HELP b Second
        # TYPE b gauge
        b{node="node2"} 3

        """,
        await UnionAsync(openMetrics: false, One, Two));

    [Fact]
    public async Task OpenMetrics_ends_once() => Assert.EndsWith(
        "a_total{node=\"node2\"} 4\n# HELP b Second\n# TYPE b gauge\nb{node=\"node2\"} 3\n# EOF\n", await UnionAsync(openMetrics: true, One + "# EOF\n", Two + "# EOF\n"), StringComparison.Ordinal);

    [Fact]
    public async Task No_page_is_an_empty_page() => Assert.Equal("", await UnionAsync(openMetrics: false));

    private static async Task<string> UnionAsync(bool openMetrics, params string[] pages)
    {
        var union = new PageUnion();
        foreach (var page in pages) union.Add(Encoding.UTF8.GetBytes(page));
        using var to = new MemoryStream();
        await union.WriteAsync(to, openMetrics, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(to.ToArray());
    }
}
