using Weir.Cluster.Objects;
using Weir.Hub.Metrics;
using Weir.Observe.Hubble;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>What a ContainerNetworkMetric does on a node: from the API to the page and back to its status.</summary>
public sealed class MetricFilterTests : IAsyncLifetime
{
    private const string Path = "/apis/acn.azure.com/v1alpha1/containernetworkmetrics";
    private AgentNode _node = null!;
    private ushort _port = 42_000;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task It_narrows_while_the_agent_runs_a_wrong_one_leaves_the_last_and_without_it_all_counts()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await CountsAsync(front, order, "destination=\"pets/order-1\"");

        await ApplyAsync("container-network-metric", """{"metric":"flow","excludeFilters":[{"to":{"namespacedPod":["pets/order-"]}}]}""");
        await StatusAsync("container-network-metric", "CONFIGURED", "");
        await Eventually.HoldsAsync(async () => !await HasAsync("destination=\"pets/order-1\""), "the series is gone");
        await CountsAsync(order, front, "destination=\"pets/front-1\"");

        await _node.Server.MergeAsync($"{Path}/container-network-metric", """{"spec":{"filters":[{"metric":"flow"}]}}""");
        await StatusAsync("container-network-metric", "FAILED", "spec.filters[0]: There is no filter; give includeFilters, excludeFilters or both.");
        _node.Syn(front, order, 3000, ++_port);
        await CountsAsync(order, front, "destination=\"pets/front-1\"");
        Assert.False(await HasAsync("destination=\"pets/order-1\""));

        await _node.Server.Connection.SendAsync(HttpMethod.Delete, $"{Path}/container-network-metric", null, TestContext.Current.CancellationToken);
        await CountsAsync(front, order, "destination=\"pets/order-1\"");
    }

    [Fact]
    public async Task One_of_another_name_counts_for_nothing_and_its_status_says_so()
    {
        await ApplyAsync("mine", """{"metric":"flow","includeFilters":[{"protocol":["udp"]}]}""");

        await StatusAsync("mine", "FAILED", "metadata.name: 'mine' is ignored: there is one ContainerNetworkMetric in a cluster, and its name is container-network-metric.");
    }

    private async Task ApplyAsync(string name, string filter) => await _node.Server.CreateAsync(
        Path, $$$"""{"apiVersion":"acn.azure.com/v1alpha1","kind":"ContainerNetworkMetric","metadata":{"name":"{{{name}}}"},"spec":{"filters":[{{{filter}}}]}}""");

    private Task StatusAsync(string name, string state, string message) => Eventually.HoldsAsync(
        async () =>
        {
            var one = await _node.Server.GetAsync($"{Path}/{name}");
            return one.Text("status", "state") == state && (one.Text("status", "message") ?? "") == message;
        },
        $"{name} is {state}");

    private Task CountsAsync(TestPod from, TestPod to, string labels) => Eventually.HoldsAsync(
        () =>
        {
            _node.Syn(from, to, 3000, ++_port);
            return HasAsync(labels);
        },
        $"flows count with {labels}");

    private async Task<bool> HasAsync(string labels)
    {
        using var pages = new NodePages([new MetricsNode("node1", new ServerAddress(System.IO.Path.Combine(_node.RunFolder, "metrics.sock"), "", 0, WantsTls: false))], TimeProvider.System);
        var page = await pages.AskAsync("node1", openMetrics: false, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(page!).Split('\n').Any(l => l.StartsWith("hubble_flows_processed_total{", StringComparison.Ordinal) && l.Contains(labels, StringComparison.Ordinal));
    }
}
