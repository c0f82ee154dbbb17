using Grpc.Core;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>The agent as a whole: what the API says becomes decisions, and decisions become flows.</summary>
public sealed class AgentTests : IAsyncLifetime
{
    private const string AllowFront = """
        {"endpointSelector":{"matchLabels":{"app":"order"}},
         "ingress":[{"fromEndpoints":[{"matchLabels":{"app":"front"}}],"toPorts":[{"ports":[{"port":"3000","protocol":"TCP"}]}]}]}
        """;

    private AgentNode _node = null!;
    private ushort _port = 40_000;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_policy_of_the_API_decides_packets_and_its_flows_name_the_rule()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        var other = await _node.AddPodAsync("other-1", "other");
        Assert.Equal(DropReason.None, Syn(other, order, 3000));

        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(other, order, 3000) == DropReason.PolicyDenied), "other is denied");

        Assert.Equal(DropReason.None, Syn(front, order, 3000));
        Assert.Equal(DropReason.PolicyDenied, Syn(front, order, 3001));

        var flows = await ReadAsync(f => f.Verdict == Weir.Observe.Wire.Flows.Verdict.Dropped);
        var denied = Assert.Single(flows[0].IngressDeniedBy);
        Assert.Equal(("allow-order", "pets", "CiliumNetworkPolicy"), (denied.Name, denied.Namespace, denied.Kind));
        var allowed = await ReadAsync(f => f.EventType.Type == 5 && f.IngressAllowedBy.Count > 0);
        Assert.Contains("weir:rule=ingress[0]", allowed[0].IngressAllowedBy[0].Labels);
        Assert.Equal(("pets", "front-1"), (allowed[0].Source.Namespace, allowed[0].Source.PodName));
    }

    [Fact]
    public async Task A_malformed_policy_is_refused_with_its_place_and_the_last_good_one_stays_in_force()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.PolicyDenied), "port 80 is denied");

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => _node.Server.MergeAsync(
            "/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/allow-order",
            """{"spec":{"ingress":[{"toPorts":[{"ports":[{"port":"99999"}]}]}]}}"""));

        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.ingress[0].toPorts[0].ports[0].port: '99999' is no port", refused.Message, StringComparison.Ordinal);
        Assert.Equal((DropReason.None, DropReason.PolicyDenied), (Syn(front, order, 3000), Syn(front, order, 80)));
    }

    [Fact]
    public async Task A_deleted_policy_is_no_longer_in_force()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.PolicyDenied), "port 80 is denied");

        await _node.Server.DeleteAsync("/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/allow-order");

        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.None), "port 80 is open again");
    }

    [Fact]
    public async Task A_pod_that_comes_later_is_covered_by_the_policies_that_name_its_labels()
    {
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        var other = await _node.AddPodAsync("other-1", "other");
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(other, order, 3000) == DropReason.PolicyDenied), "other is denied");

        var front = await _node.AddPodAsync("front-1", "front");

        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 3000) == DropReason.None), "front is allowed");
    }

    [Fact]
    public async Task A_restarted_agent_takes_over_what_is_in_force()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.PolicyDenied), "port 80 is denied");

        await _node.DownAsync();
        Assert.Equal((DropReason.None, DropReason.PolicyDenied), (Syn(front, order, 3000), Syn(front, order, 80)));
        await _node.Server.DeleteAsync("/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/allow-order");
        await _node.UpAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.None), "what changed meanwhile is in force");
    }

    [Fact]
    public async Task A_restarted_agent_enforces_what_it_finds_and_every_later_edit()
    {
        var front = await _node.AddPodAsync("front-1", "front");
        var order = await _node.AddPodAsync("order-1", "order");
        await _node.ApplyPolicyAsync("allow-order", AllowFront);
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 80) == DropReason.PolicyDenied), "port 80 is denied");

        await _node.DownAsync();
        await _node.UpAsync();
        await Eventually.HoldsAsync(async () => (await _node.AskAsync("""{"op":"policies"}"""))["policies"]!.AsObject().Count == 1, "the policy is in force");
        Assert.Equal((DropReason.None, DropReason.PolicyDenied), (Syn(front, order, 3000), Syn(front, order, 80)));

        await _node.Server.MergeAsync(
            "/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/allow-order",
            """{"spec":{"ingress":[{"fromEndpoints":[{"matchLabels":{"app":"nobody"}}]}]}}""");
        await Eventually.HoldsAsync(() => Task.FromResult(Syn(front, order, 3000) == DropReason.PolicyDenied), "the edit is in force");
    }

    [Fact]
    public async Task Other_nodes_learn_the_identity_of_a_pod()
    {
        await _node.AddPodAsync("front-1", "front");

        await Eventually.HoldsAsync(
            async () => (await _node.Server.GetAsync("/apis/cilium.io/v2/ciliumendpoints")).Items("items")
                .Any(e => e.Text("metadata", "name") == "front-1" && e.Number("status", "identity", "id") >= 256),
            "a CiliumEndpoint is there");
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_refused_in_words()
    {
        Assert.Equal("No endpoint 7 was allocated on this node.", (string?)(await _node.AskAsync("""{"op":"attach","endpointId":7}"""))["error"]);
        Assert.StartsWith("The operation 'dance' is not known", (string?)(await _node.AskAsync("""{"op":"dance"}"""))["error"], StringComparison.Ordinal);
        Assert.StartsWith("The request is no JSON object", (string?)(await _node.AskAsync("nonsense"))["error"], StringComparison.Ordinal);
    }

    private DropReason Syn(TestPod from, TestPod to, ushort port) => _node.Syn(from, to, port, _port++);

    private async Task<List<Weir.Observe.Wire.Flows.Flow>> ReadAsync(Func<Weir.Observe.Wire.Flows.Flow, bool> wanted)
    {
        using var channel = ObserverChannel.OverUnixSocket(Path.Combine(_node.RunFolder, "observe.sock"));
        var client = new Observer.ObserverClient(channel);
        var found = new List<Weir.Observe.Wire.Flows.Flow>();
        await Eventually.HoldsAsync(
            async () =>
            {
                using var call = client.GetFlows(new GetFlowsRequest { Number = 1000 }, cancellationToken: TestContext.Current.CancellationToken);
                await foreach (var response in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
                {
                    if (response.Flow is { } flow && wanted(flow)) found.Add(flow);
                }

                return found.Count > 0;
            },
            "such a flow is seen");
        return found;
    }
}
