using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Peers;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class ObserverServiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_that_match_are_sent_in_order()
    {
        await using var site = await HubbleSite.StartAsync();
        for (var port = 1; port <= 100; port++) site.See(Numbered(port));

        var answers = await site.AskAsync(new GetFlowsRequest { Number = 3, Whitelist = { new FlowFilter { DestinationPort = { "10", "20", "30", "40" } } } });

        Assert.Equal([20, 30, 40], answers.Select(Port));
    }

    [Fact]
    public async Task The_first_that_match_are_sent_and_no_more()
    {
        await using var site = await HubbleSite.StartAsync();
        for (var port = 1; port <= 100; port++) site.See(Numbered(port));

        Assert.Equal([1, 2], (await site.AskAsync(new GetFlowsRequest { Number = 2, First = true })).Select(Port));
    }

    [Fact]
    public async Task Times_bound_what_is_sent_both_ends_included()
    {
        await using var site = await HubbleSite.StartAsync();
        for (var port = 1; port <= 9; port++) site.See(Numbered(port));

        var request = new GetFlowsRequest { Since = FlowMessage.TimeOf(Numbered(4).TimeNanoseconds), Until = FlowMessage.TimeOf(Numbered(6).TimeNanoseconds) };

        Assert.Equal([4, 5, 6], (await site.AskAsync(request)).Select(Port));
    }

    [Fact]
    public async Task A_follower_gets_what_comes_later()
    {
        await using var site = await HubbleSite.StartAsync();
        site.See(Numbered(1));
        using var call = site.Client().GetFlows(new GetFlowsRequest { Follow = true, Number = 1 }, cancellationToken: Stop);

        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(1, Port(call.ResponseStream.Current));
        site.See(Numbered(2));
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(2, Port(call.ResponseStream.Current));
    }

    [Fact]
    public async Task A_filter_that_makes_no_sense_is_refused_in_words()
    {
        await using var site = await HubbleSite.StartAsync();

        var wrong = await Assert.ThrowsAsync<RpcException>(() => site.AskAsync(new GetFlowsRequest { Whitelist = { new FlowFilter { SourcePort = { "http" } } } }));
        var cel = await Assert.ThrowsAsync<RpcException>(() =>
            site.AskAsync(new GetFlowsRequest { Blacklist = { new FlowFilter { Experimental = new FlowFilter.Types.Experimental { CelExpression = { "true" } } } } }));

        Assert.Equal((StatusCode.InvalidArgument, "source_port/destination_port: 'http' is no port; give 0 to 65535."), (wrong.StatusCode, wrong.Status.Detail));
        Assert.Equal("experimental.cel_expression is not supported; use the other fields of the filter.", cel.Status.Detail);
    }

    [Fact]
    public async Task Every_flow_is_found_again_by_its_identifier()
    {
        await using var site = await HubbleSite.StartAsync();
        for (var port = 1; port <= 20; port++) site.See(Numbered(port));
        var all = await site.AskAsync(new GetFlowsRequest { Number = 20 });

        var one = await site.AskAsync(new GetFlowsRequest { Number = 20, Whitelist = { new FlowFilter { Uuid = { all[7].Flow.Uuid } } } });

        Assert.Equal(20, all.Select(a => a.Flow.Uuid).Distinct().Count());
        Assert.Equal(8, Port(Assert.Single(one)));
    }

    [Fact]
    public async Task A_reader_that_was_overtaken_is_told_how_much_it_lost()
    {
        await using var site = await HubbleSite.StartAsync();
        using var call = site.Client().GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: Stop);
        await call.ResponseHeadersAsync;
        const int Sent = 200_000;
        long got = 0, lost = 0;
        for (var i = 0; i < Sent; i++)
        {
            // Nobody is woken until the last, and nothing is read meanwhile: the ring of 1,024 goes round and round.
            site.Ring.Open() = Numbered(i % 60_000);
            site.Ring.Publish();
        }

        site.Ring.Wake();
        while (got + lost < Sent && await call.ResponseStream.MoveNext(Stop))
        {
            if (call.ResponseStream.Current.LostEvents is { } loss) lost += (long)loss.NumEventsLost;
            else got++;
        }

        Assert.Equal(Sent, got + lost);
        Assert.True(lost > 0, "nothing was lost, so nothing was shown");
    }

    [Fact]
    public async Task Agent_events_are_kept_and_followed()
    {
        await using var site = await HubbleSite.StartAsync();
        site.Events.EndpointChanged(7, "pets", "store-front-1", ["k8s:app=store-front"], isThere: true);
        using var call = site.Client().GetAgentEvents(new GetAgentEventsRequest { Follow = true, Number = 2 }, cancellationToken: Stop);

        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(AgentEventType.AgentStarted, call.ResponseStream.Current.AgentEvent.Type);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(("store-front-1", "node1"), (call.ResponseStream.Current.AgentEvent.EndpointUpdate.PodName, call.ResponseStream.Current.NodeName));
        site.Events.PolicyChanged(["k8s:io.cilium.k8s.policy.name=allow"], 3, 2, isThere: false);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal((AgentEventType.PolicyDeleted, 3UL), (call.ResponseStream.Current.AgentEvent.Type, call.ResponseStream.Current.AgentEvent.PolicyUpdate.Revision));
    }

    [Fact]
    public async Task Nodes_namespaces_and_status_are_answered()
    {
        await using var site = await HubbleSite.StartAsync();
        site.See(Numbered(1));

        var node = Assert.Single((await site.Client().GetNodesAsync(new GetNodesRequest(), cancellationToken: Stop)).Nodes);
        var ns = Assert.Single((await site.Client().GetNamespacesAsync(new GetNamespacesRequest(), cancellationToken: Stop)).Namespaces);
        var status = await site.Client().ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Stop);

        Assert.Equal(("node1", "1.2.3", 1UL), (node.Name, node.Version, node.SeenFlows));
        Assert.Equal(("default", "pets"), (ns.Cluster, ns.Namespace_));
        Assert.Equal((1UL, 1024UL), (status.NumFlows, status.MaxFlows));
    }

    [Fact]
    public async Task Peers_are_told_as_they_change()
    {
        await using var site = await HubbleSite.StartAsync();
        site.Peers.Set([new PeerNode("node1", "10.1.0.1:4244", "node1.default.hubble-grpc.cilium.io")]);
        using var call = new Peer.PeerClient(site.Channel()).Notify(new NotifyRequest(), cancellationToken: Stop);

        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal((ChangeNotificationType.PeerAdded, "10.1.0.1:4244", "node1.default.hubble-grpc.cilium.io"), Told());
        site.Peers.Set([new PeerNode("node1", "10.1.0.9:4244", "node1.default.hubble-grpc.cilium.io")]);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal((ChangeNotificationType.PeerUpdated, "10.1.0.9:4244", "node1.default.hubble-grpc.cilium.io"), Told());
        site.Peers.Set([]);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(ChangeNotificationType.PeerDeleted, call.ResponseStream.Current.Type);

        (ChangeNotificationType, string, string) Told() =>
            (call.ResponseStream.Current.Type, call.ResponseStream.Current.Address, call.ResponseStream.Current.Tls.ServerName);
    }

    [Fact]
    public async Task Health_and_reflection_answer_as_hubbles_clients_ask()
    {
        await using var site = await HubbleSite.StartAsync();

        var health = await new Health.HealthClient(site.Channel()).CheckAsync(new HealthCheckRequest { Service = "hubble.server.Observer" }, cancellationToken: Stop);
        using var reflection = new ServerReflection.ServerReflectionClient(site.Channel()).ServerReflectionInfo(cancellationToken: Stop);
        await reflection.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Stop);
        Assert.True(await reflection.ResponseStream.MoveNext(Stop));

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        Assert.Superset(
            new HashSet<string> { "observer.Observer", "peer.Peer", "grpc.health.v1.Health" },
            reflection.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name).ToHashSet());
    }

    private static Weir.Model.Flow Numbered(int port)
    {
        var flow = Flows.Forwarded(port);
        flow.TimeNanoseconds += port * 1_000_000L;
        return flow;
    }

    private static int Port(GetFlowsResponse response) => (int)response.Flow.L4.TCP.DestinationPort;
}
