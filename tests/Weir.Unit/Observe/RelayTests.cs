using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class RelayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flows_of_all_nodes_come_in_the_order_of_time()
    {
        await using var one = await HubbleSite.StartAsync("node1");
        await using var two = await HubbleSite.StartAsync("node2");
        for (var i = 0; i < 200; i++) (i % 3 == 0 ? one : two).See(At(i, i % 3 == 0 ? "node1" : "node2"));
        await using var relay = await RelaySite.StartAsync(null, Node("node1", one), Node("node2", two));
        await relay.ConnectedAsync(2);

        var answers = await AllAsync(relay, new GetFlowsRequest { Number = 1000 });

        var status = answers[0].NodeStatus;
        Assert.Equal((NodeState.NodeConnected, "node1,node2"), (status.StateChange, string.Join(',', status.NodeNames)));
        Assert.Equal(Enumerable.Range(0, 200), answers.Skip(1).Select(Port));
        Assert.Equal(67, answers.Count(a => a.NodeName == "node1"));
    }

    [Fact]
    public async Task A_dead_node_is_named_and_the_others_answer()
    {
        await using var alive = await HubbleSite.StartAsync("alive");
        alive.See(At(1, "alive"));
        await using var relay = await RelaySite.StartAsync(null, Node("alive", alive), new PeerNode("dead", "127.0.0.1:1", null));
        await relay.ConnectedAsync(1);

        var answers = await AllAsync(relay, new GetFlowsRequest { Number = 10 });
        var nodes = (await relay.Client.GetNodesAsync(new GetNodesRequest(), cancellationToken: Stop)).Nodes;
        var status = await relay.Client.ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Stop);

        Assert.Contains(answers, a => a.NodeStatus is { StateChange: NodeState.NodeUnavailable } s && s.NodeNames.Single() == "dead");
        Assert.Equal(1, Port(answers[^1]));
        Assert.Equal([("alive", NodeState.NodeConnected), ("dead", NodeState.NodeUnavailable)], nodes.Select(n => (n.Name, n.State)));
        Assert.Equal((1u, 1u, "dead", 1UL), (status.NumConnectedNodes, status.NumUnavailableNodes, status.UnavailableNodes.Single(), status.NumFlows));
    }

    [Fact]
    public async Task A_node_that_accepts_and_says_nothing_harms_nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var alive = await HubbleSite.StartAsync("alive");
        for (var i = 0; i < 50; i++) alive.See(At(i, "alive"));
        await using var relay = await RelaySite.StartAsync(null, Node("alive", alive), new PeerNode("mute", listener.LocalEndpoint.ToString()!, null));
        await relay.ConnectedAsync(1);

        Assert.Equal(Enumerable.Range(0, 50), (await AllAsync(relay, new GetFlowsRequest { Number = 100 })).Where(a => a.Flow is not null).Select(Port));
    }

    [Fact]
    public async Task A_follower_hears_of_a_node_that_breaks_off_and_of_its_return()
    {
        await using var one = await HubbleSite.StartAsync("node1");
        var two = await HubbleSite.StartAsync("node2");
        await using var relay = await RelaySite.StartAsync(null, Node("node1", one), Node("node2", two));
        await relay.ConnectedAsync(2);
        using var call = relay.Client.GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: Stop);
        Assert.Equal(NodeState.NodeConnected, (await NextAsync(call)).NodeStatus.StateChange);
        two.See(At(1, "node2"));
        Assert.Equal(1, Port(await NextAsync(call)));

        await two.DisposeAsync();
        var broke = (await NextAsync(call)).NodeStatus;
        Assert.Equal((NodeState.NodeError, "node2"), (broke.StateChange, broke.NodeNames.Single()));
        one.See(At(2, "node1"));
        Assert.Equal(2, Port(await NextAsync(call)));

        await using var again = await HubbleSite.StartAsync("node2");
        relay.Pool.Add(Node("node2", again));
        var returned = (await NextAsync(call)).NodeStatus;
        Assert.Equal((NodeState.NodeConnected, "node2"), (returned.StateChange, returned.NodeNames.Single()));
        again.See(At(3, "node2"));
        Assert.Equal(3, Port(await NextAsync(call)));
    }

    [Fact]
    public async Task A_quiet_node_delays_a_follower_no_longer_than_the_patience()
    {
        await using var one = await HubbleSite.StartAsync("node1");
        await using var quiet = await HubbleSite.StartAsync("node2");
        await using var relay = await RelaySite.StartAsync(null, Node("node1", one), Node("node2", quiet));
        await relay.ConnectedAsync(2);
        using var call = relay.Client.GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: Stop);
        await NextAsync(call);

        for (var i = 0; i < 500; i++) one.See(At(i, "node1"));

        for (var i = 0; i < 500; i++) Assert.Equal(i, Port(await NextAsync(call)));
    }

    [Fact]
    public async Task What_is_older_than_the_rings_comes_from_the_history_once()
    {
        await using var one = await HubbleSite.StartAsync("node1");
        for (var i = 100; i < 110; i++) one.See(At(i, "node1"));

        // The store holds what the ring holds too: the cut between them gives each flow once.
        await using var relay = await RelaySite.StartAsync(new FakeHistory(Enumerable.Range(0, 110).Select(i => At(i, "node1"))), Node("node1", one));
        await relay.ConnectedAsync(1);

        var all = await AllAsync(relay, new GetFlowsRequest { Since = FlowMessage.TimeOf(At(90, "").TimeNanoseconds) });
        var older = await AllAsync(relay, new GetFlowsRequest { Since = FlowMessage.TimeOf(At(3, "").TimeNanoseconds), Until = FlowMessage.TimeOf(At(5, "").TimeNanoseconds) });
        var first = await AllAsync(relay, new GetFlowsRequest { First = true, Number = 102 });
        var recent = await AllAsync(relay, new GetFlowsRequest { Since = FlowMessage.TimeOf(At(105, "").TimeNanoseconds) });

        Assert.Equal(Enumerable.Range(90, 20), Ports(all));
        Assert.Equal([3, 4, 5], Ports(older));
        Assert.Equal(Enumerable.Range(0, 102), Ports(first));
        Assert.Equal(Enumerable.Range(105, 5), Ports(recent));
    }

    [Fact]
    public async Task The_peer_service_decides_which_nodes_there_are()
    {
        await using var one = await HubbleSite.StartAsync("node1");
        await using var two = await HubbleSite.StartAsync("node2");
        one.Peers.Set([Node("node1", one), Node("node2", two)]);
        await using var relay = await RelaySite.StartAsync(null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var options = new RelayOptions { Version = "1", PeerServices = ["127.0.0.1:1", "unix:" + one.Socket], FirstPause = TimeSpan.FromMilliseconds(50) };
        var following = new PeerFollower(relay.Pool, options, TimeProvider.System).RunAsync(stop.Token);

        await relay.ConnectedAsync(2);
        one.Peers.Set([Node("node1", one)]);
        await Lab.Eventually.HoldsAsync(() => Task.FromResult(relay.Pool.States.Count == 1), "node2 is gone");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => following);
    }

    private static PeerNode Node(string name, HubbleSite site) => new(name, "unix:" + site.Socket, null);

    private static Weir.Model.Flow At(int number, string node)
    {
        var flow = Flows.Forwarded(number);
        flow.TimeNanoseconds += number * 1_000_000L;
        flow.NodeName = node;
        return flow;
    }

    private static int Port(GetFlowsResponse answer) => (int)(answer.Flow?.L4.TCP.DestinationPort ?? 99_999);

    private static IEnumerable<int> Ports(IEnumerable<GetFlowsResponse> answers) => answers.Where(a => a.Flow is not null).Select(Port);

    private static async Task<GetFlowsResponse> NextAsync(AsyncServerStreamingCall<GetFlowsResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop));
        return call.ResponseStream.Current;
    }

    private static async Task<List<GetFlowsResponse>> AllAsync(RelaySite relay, GetFlowsRequest request)
    {
        using var call = relay.Client.GetFlows(request, cancellationToken: Stop);
        var answers = new List<GetFlowsResponse>();
        while (await call.ResponseStream.MoveNext(Stop)) answers.Add(call.ResponseStream.Current);
        return answers;
    }

    private sealed class FakeHistory(IEnumerable<Weir.Model.Flow> stored) : IFlowHistory
    {
        public string Name => "stored";

        public async IAsyncEnumerable<FlowFrame> ReadAsync(GetFlowsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            foreach (var flow in stored)
            {
                if (request.Since is { } since && flow.TimeNanoseconds < Nanoseconds(since)) continue;
                if (flow.TimeNanoseconds > Nanoseconds(request.Until)) continue;
                await Task.Yield();
                cancellation.ThrowIfCancellationRequested();
                yield return FlowFrame.Of(new GetFlowsResponse { Flow = FlowMessage.Of(flow), NodeName = flow.NodeName, Time = FlowMessage.TimeOf(flow.TimeNanoseconds) });
            }
        }

        private static long Nanoseconds(Google.Protobuf.WellKnownTypes.Timestamp time) => (time.Seconds * 1_000_000_000) + time.Nanos;
    }
}
