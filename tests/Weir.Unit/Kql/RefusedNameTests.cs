using Weir.Kql;
using Weir.Kql.Functions;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>What is known and not supported says its name and what to use instead.</summary>
public sealed class RefusedNameTests
{
    [Theory]
    [InlineData("externaldata(a:string)[@'https://example.com/x.csv']", "externaldata")]
    [InlineData("evaluate http_request('https://example.com')", "http_request")]
    [InlineData("evaluate sql_request('Server=x', 'select 1')", "sql_request")]
    [InlineData("cluster('help').database('Samples').StormEvents", "cluster()")]
    [InlineData("database('other').T", "database()")]
    [InlineData("ContainerNetworkLogs | evaluate python(typeof(*), 'x')", "python")]
    [InlineData("ContainerNetworkLogs | evaluate r(typeof(*), 'x')", "r")]
    [InlineData("print geo_point_to_s2cell(1.0, 2.0)", "geo_point_to_s2cell()")]
    [InlineData("ContainerNetworkLogs | reduce by Verdict", "reduce")]
    [InlineData("ContainerNetworkLogs | make-graph a --> b", "make-graph")]
    [InlineData("print ingestion_time()", "ingestion_time()")]
    [InlineData("external_table('x')", "external_table()")]
    public void It_is_refused_by_name(string query, string name)
    {
        var error = Assert.Single(KqlCompiler.Compile(query, FlowCatalog.Instance).Diagnostics);

        Assert.Equal("WK001", error.Code);
        Assert.StartsWith($"'{name}' is not supported: ", error.Message, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(error.Hint));
    }

    [Fact]
    public void The_table_of_functions_has_the_whole_inventory() => Assert.Equal(
        (429, 61, 47),
        (FunctionLibrary.ScalarFunctions.Count, FunctionLibrary.Aggregates.Count, FunctionLibrary.Plugins.Count));

    [Fact]
    public void No_function_is_without_a_signature() => Assert.Empty(
        FunctionLibrary.ScalarFunctions.Values.Concat(FunctionLibrary.Aggregates.Values).Where(f => f.Overloads.IsEmpty).Select(f => f.Name));

    [Theory]
    [InlineData("ContainerNetworkLogs | extend x = SourceNamespce", "did you mean 'SourceNamespace'?")]
    [InlineData("ContainerNetworkLogs | sumarize count()", "did you mean 'summarize'?")]
    [InlineData("print isNull(1)", "did you mean 'isnull'?")]
    [InlineData("containernetworklogs | count", "did you mean 'ContainerNetworkLogs'?")]
    [InlineData("print x = 'a' + 'b'", "strcat(a, b) joins texts")]
    [InlineData("ContainerNetworkLogs | where Verdict = 'x'", "to compare, write ==")]
    public void A_near_miss_is_suggested(string query, string hint) =>
        Assert.Equal(hint, KqlCompiler.Compile(query, FlowCatalog.Instance).Diagnostics[0].Hint);
}
