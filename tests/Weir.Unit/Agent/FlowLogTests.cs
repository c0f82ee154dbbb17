using System.Text.Json;
using Weir.Cluster.Objects;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>What a ContainerNetworkLog does on a node: from the API to lines of a file and back to its status.</summary>
public sealed class FlowLogTests : IAsyncLifetime
{
    private const string Logs = "/apis/acn.azure.com/v1alpha1/containernetworklogs";
    private AgentNode _node = null!;
    private ushort _port = 41_000;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Chosen_flows_are_logged_until_the_resource_is_deleted()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        Send(front, order);
        await ApplyAsync("testcnl", """[{"from":{"namespacedPod":["pets/front-"]},"protocol":["tcp"],"verdict":["forwarded"]}]""");
        await StatusAsync("testcnl", "CONFIGURED", "");

        await Eventually.HoldsAsync(() => Task.FromResult(Sent(front, order, out var lines) && lines.Count > 0), "flows are logged");
        Assert.All(Lines(), l => Assert.Equal("front-1", l.GetProperty("flow").GetProperty("source").GetProperty("pod_name").GetString()));

        Send(order, front);
        await _node.Server.Connection.SendAsync(HttpMethod.Delete, $"{Logs}/testcnl", null, TestContext.Current.CancellationToken);
        var before = -1;
        await Eventually.HoldsAsync(
            () =>
            {
                var now = Lines().Count;
                Send(front, order);
                (var same, before) = (now == before, now);
                return Task.FromResult(same);
            },
            "logging ends");
        Assert.All(Lines(), l => Assert.Equal("front-1", l.GetProperty("flow").GetProperty("source").GetProperty("pod_name").GetString()));
    }

    [Fact]
    public async Task A_filter_that_means_no_pod_says_so_and_one_that_is_wrong_leaves_the_last_good_one()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await ApplyAsync("testcnl", """[{"from":{"namespacedPod":["pets/front-","kube-system/core-dns-"]}}]""");
        await StatusAsync("testcnl", "CONFIGURED", "spec.includefilters[0].from.namespacedPod[1]: kube-system/core-dns- matches no pod.");

        await _node.Server.MergeAsync($"{Logs}/testcnl", """{"spec":{"includefilters":[{"from":{"namespacedPod":["front-"]}}]}}""");
        await StatusAsync("testcnl", "FAILED", "spec.includefilters[0].from.namespacedPod[0]: 'front-' names no pods: expected namespace/pod-prefix, such as pets/store-front-, or pets/ for all of a namespace.");
        await Eventually.HoldsAsync(() => Task.FromResult(Sent(front, order, out var lines) && lines.Count > 0), "the last good one logs");
    }

    private async Task ApplyAsync(string name, string filters) => await _node.Server.CreateAsync(
        Logs, $$$"""{"apiVersion":"acn.azure.com/v1alpha1","kind":"ContainerNetworkLog","metadata":{"name":"{{{name}}}"},"spec":{"includefilters":{{{filters}}}}}""");

    private Task StatusAsync(string name, string state, string message) => Eventually.HoldsAsync(
        async () =>
        {
            var document = await _node.Server.GetAsync($"{Logs}/{name}");
            return document.Text("status", "state") == state && (document.Text("status", "message") ?? "") == message
                && document.Text("status", "timestamp") is not null;
        },
        $"its status is {state} {message}");

    private void Send(TestPod from, TestPod to) => _node.Syn(from, to, 3000, _port++);

    private bool Sent(TestPod from, TestPod to, out List<JsonElement> lines)
    {
        Send(from, to);
        lines = Lines();
        return true;
    }

    // The last line may be half written.
    private List<JsonElement> Lines() =>
        File.Exists(_node.LogFile) ? [.. File.ReadAllText(_node.LogFile).Split('\n').SkipLast(1).Select(l => JsonDocument.Parse(l).RootElement)] : [];
}
