using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Hub.Metrics;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>A whole agent's page, as the hub asks for it on the agent's socket.</summary>
public sealed class NodeMetricsTests : IAsyncLifetime
{
    private const string NobodyReachesOrder = """{"endpointSelector":{"matchLabels":{"app":"order"}},"ingress":[{"fromEndpoints":[{"matchLabels":{"app":"front"}}]}]}""";
    private AgentNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_denied_packet_is_a_drop_of_the_flow_and_of_the_node()
    {
        var other = await _node.AddPodAsync("other-1", "other");
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("order", NobodyReachesOrder);
        ushort port = 40_000;
        await Eventually.HoldsAsync(() => Task.FromResult(_node.Syn(other, order, 3000, ++port) == DropReason.PolicyDenied), "other is denied");

        await Eventually.HoldsAsync(
            async () => await HasAsync("hubble_drop_total{reason=\"POLICY_DENIED\",protocol=\"TCP\",source=\"\",destination=\"pets/order-1\",cluster=\"default\",node=\"node1\"} "), "the flow counts");
        Assert.True(await HasAsync("cilium_drop_count_total{reason=\"Policy denied\",direction=\"INGRESS\",cluster=\"default\",node=\"node1\"} "));
        Assert.True(await HasAsync("weir_endpoints{cluster=\"default\",node=\"node1\"} 2"));
        Assert.True(await HasAsync("weir_policy_apply_duration_seconds_count{cluster=\"default\",node=\"node1\"} "));
        Assert.True(await HasAsync("weir_datapath_table_capacity{table=\"weir_connections\",cluster=\"default\",node=\"node1\"} "));
    }

    [Fact]
    public async Task What_a_pod_sent_stays_counted_when_the_pod_is_gone()
    {
        var other = await _node.AddPodAsync("other-1", "other");
        var order = await _node.AddPodAsync("order-1", "order");
        _node.Syn(other, order, 3000, 40_000);
        Assert.True(await HasAsync("cilium_forward_count_total{direction=\"EGRESS\",cluster=\"default\",node=\"node1\"} 1"));

        await _node.AskAsync($$"""{"op":"release","containerId":"other-1","ifName":"eth0"}""");
        Assert.True(await HasAsync("cilium_forward_count_total{direction=\"EGRESS\",cluster=\"default\",node=\"node1\"} 1"));
    }

    private async Task<bool> HasAsync(string start)
    {
        using var pages = new NodePages([new MetricsNode("node1", new ServerAddress(Path.Combine(_node.RunFolder, "metrics.sock"), "", 0, WantsTls: false))], TimeProvider.System);
        var page = await pages.AskAsync("node1", openMetrics: false, TestContext.Current.CancellationToken);
        return page is not null && System.Text.Encoding.UTF8.GetString(page).Split('\n').Any(l => l.StartsWith(start, StringComparison.Ordinal));
    }
}
