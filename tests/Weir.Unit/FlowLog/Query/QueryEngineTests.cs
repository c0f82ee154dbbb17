using Weir.FlowLog.Query;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>What a query gives, and what stops it.</summary>
public sealed class QueryEngineTests
{
    private const string Export = """
        {"flow":{"time":"2026-03-01T10:00:00.123456789Z","uuid":"u1","verdict":"DROPPED","drop_reason_desc":"POLICY_DENIED","IP":{"source":"10.0.0.1","destination":"10.0.0.2"},"l4":{"TCP":{"source_port":4242,"destination_port":53}},"source":{"identity":41001,"namespace":"pets","pod_name":"store-front-1","labels":["k8s:app=store-front"]},"destination":{"identity":2},"Type":"L3_L4","node_name":"cluster/node-1","traffic_direction":"EGRESS","egress_denied_by":[{"name":"deny-all"}]},"node_name":"node-1"}
        """;

    [Theory]
    [InlineData("print Foo=1, foo=2 | project foo, Foo", "2,1")]
    [InlineData("print x = 9223372036854775807 + 1", "-9223372036854775808")]
    [InlineData("print a = 1 / 0, b = -7 % 3, c = real(nan) == real(nan)", ",2,false")]
    [InlineData("print s = \"it's {1} \\\"x\\\"\", t = strcat('{0}', 'b')", "it's {1} \"x\",{0}b")]
    [InlineData("print t = datetime(2026-03-01T10:00:00.1234567Z) + 1tick", "2026-03-01T10:00:00.1234568Z")]
    [InlineData("set query_bin_auto_size=1h; set query_bin_auto_at=datetime(2017-01-01 00:05); print t = bin_auto(datetime(2017-01-01 01:00))", "2017-01-01T00:05:00Z")]
    [InlineData("set query_bin_auto_size=10; print n = bin_auto(27)", "20")]
    [InlineData("print s = replace_strings('This is', dynamic(['is', 'This']), dynamic(['was', 'That'])), t = replace_strings('aXb', dynamic(['X', 'Y']), dynamic(['Y', 'Z']))", "Thwas was,aYb")]
    [InlineData("let T = print net = '2001:db8::/48', who = 'us'; print ip = '2001:db8::7' | evaluate ipv6_lookup(T, ip, net)", "2001:db8::/48,us,2001:db8::7")]
    [InlineData("print ['; DROP TABLE flows'] = 'x'", "x")]
    public void Values_have_Kustos_semantics(string query, string expected)
    {
        using var engine = QueryScene.Empty();

        Assert.Equal(expected, engine.Ask(query));
    }

    [Fact]
    public void A_line_of_Hubbles_export_is_a_row_under_both_names()
    {
        using var engine = QueryScene.Empty();
        engine.Load([Export], "events.log");

        const string row = "2026-03-01T10:00:00.1234567Z,DROPPED,53,node-1,deny-all,store-front-1";
        Assert.All(["ContainerNetworkLogs", "RetinaNetworkFlowLogs"], table => Assert.Equal(row, engine.Ask(
            $"{table} | project TimeGenerated, Verdict, tostring(Layer4.TCP.destination_port), NodeName, tostring(parse_json(tostring(Policies.egress_denied_by))[0].name), SourcePodName")));
    }

    [Fact]
    public void A_line_that_is_neither_is_refused_with_its_place()
    {
        using var engine = QueryScene.Empty();

        var fault = Assert.Throws<QueryFailedException>(() => engine.Load(["{}"], "events.log"));

        Assert.StartsWith("events.log, line 1:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_with_too_many_rows_is_stopped_and_the_setting_named()
    {
        using var engine = QueryScene.Empty(new QueryLimits(MemoryMiB: 256, Threads: 1, Rows: 10));

        var fault = Assert.Throws<QueryFailedException>(() => engine.Ask("range x from 1 to 100 step 1"));

        Assert.Contains("query-rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_runs_too_long_is_stopped_and_the_setting_named()
    {
        using var engine = QueryScene.Empty(new QueryLimits(MemoryMiB: 256, Threads: 1, Time: TimeSpan.FromMilliseconds(200)));

        var fault = Assert.Throws<QueryFailedException>(() => engine.Ask("range x from 1 to 100000000000 step 1 | summarize sum(x * x % 7)"));

        Assert.Contains("query-time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_needs_too_much_memory_is_stopped_and_the_setting_named()
    {
        using var engine = QueryScene.Empty(new QueryLimits(MemoryMiB: 64, Threads: 1));

        var fault = Assert.Throws<QueryFailedException>(() => engine.Ask("range x from 1 to 20000000 step 1 | extend s = strcat('a long enough text ', x) | summarize count() by s | sort by s asc | take 1"));

        Assert.Contains("query-memory", fault.Message, StringComparison.Ordinal);
    }
}
