using Weir.Model;
using Weir.Observe.Metrics;
using Xunit;

namespace Weir.Unit.Observe.Metrics;

public sealed class ContextTests
{
    [Theory]
    [InlineData("identity", "k8s:app=store-front")]
    [InlineData("namespace", "pets")]
    [InlineData("pod", "pets/store-front-6d5b-x7")]
    [InlineData("pod-name", "store-front-6d5b-x7")]
    [InlineData("ip", "10.244.1.5")]
    [InlineData("reserved-identity", "")]
    [InlineData("workload", "pets/store-front")]
    [InlineData("workload-name", "store-front")]
    [InlineData("app", "store-front")]
    [InlineData("dns|reserved-identity|app", "store-front")]
    public async Task A_context_says_of_a_pod(string context, string value) => Assert.Equal(
        [$"hubble_flows_processed_total{{protocol=\"TCP\",type=\"Trace\",subtype=\"to-network\",verdict=\"FORWARDED\",source=\"{value}\"}} 1"],
        await new MetricsScene($"flow:sourceContext={context}").See(MetricsScene.Egress()).SeriesAsync("hubble_flows_processed_total"));

    [Theory]
    [InlineData("pod|dns", "www.bing.com")]
    [InlineData("pod|reserved-identity", "reserved:world")]
    [InlineData("workload", "")]
    public async Task A_context_says_of_the_world(string context, string value)
    {
        var flow = MetricsScene.Egress();
        flow.Destination = MetricsScene.World;

        Assert.EndsWith($",destination=\"{value}\"}} 1", Assert.Single(await new MetricsScene($"flow:destinationContext={context}").See(flow).SeriesAsync("hubble_flows_processed_total")));
    }

    [Fact]
    public async Task The_context_of_a_direction_goes_before_the_one_for_both()
    {
        var scene = new MetricsScene("tcp:sourceContext=namespace;sourceEgressContext=pod");
        var (leaves, arrives) = (MetricsScene.Egress(), MetricsScene.Ingress());
        leaves.TcpFlags = arrives.TcpFlags = TcpFlags.Syn;

        Assert.Equal(
            ["hubble_tcp_flags_total{flag=\"SYN\",family=\"IPv4\",source=\"pets/store-front-6d5b-x7\"} 1", "hubble_tcp_flags_total{flag=\"SYN\",family=\"IPv4\",source=\"pets\"} 1"],
            await scene.See(leaves, arrives).SeriesAsync("hubble_tcp_flags_total"));
    }

    [Fact]
    public async Task Labels_of_their_own_stand_in_Hubbles_order()
    {
        var scene = new MetricsScene("flow:labelsContext=traffic_direction,source_ip,destination_workload,source_workload_kind").See(MetricsScene.Egress());

        Assert.EndsWith(
            ",source_ip=\"10.244.1.5\",source_workload_kind=\"Deployment\",destination_workload=\"product-service\",traffic_direction=\"egress\"} 1",
            Assert.Single(await scene.SeriesAsync("hubble_flows_processed_total")));
    }

    [Theory]
    [InlineData("flows", "'flows' is no metric; there are flow, drop, tcp")]
    [InlineData("dns:qeury", "The metric dns has no option 'qeury'; there are query, ignoreAAAA")]
    [InlineData("flow:sourceContext=podd", "'podd' in sourceContext is no context; there are identity, namespace")]
    [InlineData("flow:labelsContext=source_port", "'source_port' in labelsContext is no label; there are source_ip")]
    [InlineData("dns:query=maybe", "The option 'query=maybe' of dns is on or off")]
    public void What_is_written_wrong_is_named_with_what_there_is(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<FormatException>(() => MetricSpec.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_metric_that_is_given_twice_is_a_problem() =>
        Assert.Equal(["The metric flow is given twice; give it once."], new MetricsOptions { Metrics = [MetricSpec.Parse("flow"), MetricSpec.Parse("flow")] }.Problems());
}
