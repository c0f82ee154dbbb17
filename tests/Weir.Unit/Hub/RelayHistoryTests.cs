using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.FlowLog.Query;
using Weir.Hub.History;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;
using Weir.Unit.FlowLog;
using Weir.Unit.Lab;
using Weir.Unit.Observe;
using Xunit;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Unit.Hub;

/// <summary>A relay answers with what a hub's store has and what the nodes' rings have, over real sockets and each flow once.</summary>
public sealed class RelayHistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _from = TimeProvider.System.GetUtcNow().AddHours(-1);
    private readonly HubScene _scene = new();
    private RemoteHistory _history = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _scene.StartAsync();
        _history = new RemoteHistory(ServerAddress.Parse("unix:" + _scene.Folder.HistorySocket), tls: null);
    }

    public async ValueTask DisposeAsync()
    {
        _history.Dispose();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task Each_node_is_the_hubs_before_its_ring_and_the_rings_from_then_on()
    {
        await using var one = await HubbleSite.StartAsync("one");
        await using var two = await HubbleSite.StartAsync("two");
        await StoreAsync("one", 60);
        await StoreAsync("two", 60);
        See(one, "one", 20, 31);
        one.See(At("one", 30.5, port: 7)); // not chosen for the log: only the ring has it
        See(one, "one", 31, 60);
        See(two, "two", 50, 60);
        await using var relay = await RelaySite.StartAsync(_history, Node("one", one), Node("two", two));
        await relay.ConnectedAsync(2);

        var all = await FlowsAsync(relay, new GetFlowsRequest { Since = Time(10), Until = Time(120) });

        Assert.Equal(101, all.Count);
        Assert.Equal(101, all.DistinctBy(f => f.Uuid).Count());
        Assert.Equal(all.OrderBy(f => f.Time.ToDateTimeOffset()).Select(f => f.Uuid), all.Select(f => f.Uuid));
        Assert.Contains(all, f => f.L4.TCP.DestinationPort == 7);
        Assert.Equal(50, all.Count(f => f.NodeName == "two"));
    }

    [Fact]
    public async Task A_follower_gets_the_stored_the_kept_and_the_new_once()
    {
        await using var one = await HubbleSite.StartAsync("one");
        await StoreAsync("one", 40);
        See(one, "one", 30, 40);
        await using var relay = await RelaySite.StartAsync(_history, Node("one", one));
        await relay.ConnectedAsync(1);

        using var call = relay.Client.GetFlows(new GetFlowsRequest { Since = Time(0), Follow = true }, cancellationToken: Stop);
        for (var i = 0; i < 40; i++) Assert.Equal(i, Second(await NextFlowAsync(call)));
        See(one, "one", 40, 45);

        for (var i = 40; i < 45; i++) Assert.Equal(i, Second(await NextFlowAsync(call)));
    }

    [Fact]
    public async Task First_last_and_filters_hold_for_both_together()
    {
        await using var one = await HubbleSite.StartAsync("one");
        await StoreAsync("one", 40);
        See(one, "one", 20, 40);
        await using var relay = await RelaySite.StartAsync(_history, Node("one", one));
        await relay.ConnectedAsync(1);
        var port = new Msg.FlowFilter { DestinationPort = { "3001" } };

        Assert.Equal(Enumerable.Range(0, 25), await SecondsAsync(relay, new GetFlowsRequest { Since = Time(0), First = true, Number = 25 }));
        Assert.Equal(Enumerable.Range(35, 5), await SecondsAsync(relay, new GetFlowsRequest { Since = Time(0), Number = 5 }));
        Assert.Equal([1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37], await SecondsAsync(relay, new GetFlowsRequest { Since = Time(0), Whitelist = { port } }));
        Assert.Equal([12, 13, 14, 15, 16], await SecondsAsync(relay, new GetFlowsRequest { Since = Time(12), Until = Time(16) }));
    }

    [Fact]
    public async Task A_node_that_is_away_is_the_hubs()
    {
        await StoreAsync("gone", 10);
        await using var relay = await RelaySite.StartAsync(_history, new PeerNode("gone", "127.0.0.1:1", null));

        Assert.Equal(Enumerable.Range(0, 10), await SecondsAsync(relay, new GetFlowsRequest { Since = Time(0), Until = Time(60) }));
    }

    [Fact]
    public async Task A_hub_that_is_away_is_told_and_the_rings_answer()
    {
        await using var one = await HubbleSite.StartAsync("one");
        See(one, "one", 20, 30);
        using var away = new RemoteHistory(ServerAddress.Parse("unix:" + _scene.Folder.HistorySocket + ".none"), tls: null);
        await using var relay = await RelaySite.StartAsync(away, Node("one", one));
        await relay.ConnectedAsync(1);

        var answers = await AllAsync(relay, new GetFlowsRequest { Since = Time(0) });

        var told = Assert.Single(answers, a => a.NodeStatus is { StateChange: NodeState.NodeError }).NodeStatus;
        Assert.Contains("history.sock.none", Assert.Single(told.NodeNames), StringComparison.Ordinal);
        Assert.StartsWith("older flows are missing: ", told.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(20, 10), answers.Where(a => a.Flow is not null).Select(a => Second(a.Flow)));
    }

    [Fact]
    public async Task A_reader_that_goes_lets_the_store_go()
    {
        // A store of its own: a hub's compacts by itself, whenever it likes.
        await using var scene = new StoreScene();
        var from = scene.Time.GetUtcNow().AddHours(-4);
        foreach (var node in (string[])["a", "b", "c", "d"]) // more than fits on the way to the reader
        {
            await scene.AppendAsync(StoreScene.BatchOf(node, 1, 3000, from));
            scene.Store.Flush();
        }

        var socket = Path.Combine(scene.Folder, "history.sock");
        using var stored = new StoredFlowHistory(scene.Store, new QueryLimits(), atOnce: 1);
        await using var hub = await HubbleServer.StartAsync(new StoredFlowService(stored, scene.Store, "1", scene.Time), null, new ServerListeners { UnixSocket = socket }, scene.Time, Stop);
        using var history = new RemoteHistory(ServerAddress.Parse("unix:" + socket), tls: null);
        await using var relay = await RelaySite.StartAsync(history);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var call = relay.Client.GetFlows(new GetFlowsRequest { Since = Timestamp.FromDateTimeOffset(from) }, cancellationToken: stop.Token);
        await NextFlowAsync(call);
        var before = Files(scene);
        scene.Store.Compact();
        var merged = before.Except(Files(scene)).ToList();
        Assert.NotEmpty(merged);
        Assert.All(merged, f => Assert.True(File.Exists(f), $"{f} is still read"));

        await stop.CancelAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(!merged.Any(File.Exists)), "nobody holds the merged files");
    }

    [Fact]
    public async Task The_hub_itself_has_nothing_to_follow_and_no_way_in_there()
    {
        using var channel = ObserverChannel.OverUnixSocket(_scene.Folder.HistorySocket);
        var observer = new Observer.ObserverClient(channel);

        using var following = observer.GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: Stop);
        var refused = await Assert.ThrowsAsync<RpcException>(() => following.ResponseStream.MoveNext(Stop));
        using var append = new Weir.FlowLog.Wire.Ingest.IngestClient(channel).Append(cancellationToken: Stop);
        var noWay = await Assert.ThrowsAsync<RpcException>(() => append.ResponseStream.MoveNext(Stop));

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.Unimplemented), (refused.StatusCode, noWay.StatusCode));
        Assert.Equal(100UL, (await observer.ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Stop)).NumFlows);
    }

    private static PeerNode Node(string name, HubbleSite site) => new(name, "unix:" + site.Socket, null);

    private static Timestamp Time(int second) => Timestamp.FromDateTimeOffset(_from.AddSeconds(second));

    private static int Second(Msg.Flow flow) => (int)Math.Round((flow.Time.ToDateTimeOffset() - _from).TotalSeconds);

    private static Flow At(string node, double second, int? port = null)
    {
        var flow = Flows.Forwarded(port ?? 3000 + ((int)second % 3));
        flow.TimeNanoseconds = ((_from.AddSeconds(second).UtcTicks - DateTime.UnixEpoch.Ticks) * 100) + 37; // the store keeps no such digits
        flow.NodeName = node;
        return flow;
    }

    private static void See(HubbleSite site, string node, int from, int until)
    {
        for (var i = from; i < until; i++) site.See(At(node, i));
    }

    private static IReadOnlyList<string> Files(StoreScene scene)
    {
        using var held = scene.Store.Hold();
        return held.FilesOf();
    }

    private async Task StoreAsync(string node, int count)
    {
        Assert.True((await _scene.Hub.Store.AppendAsync(StoreScene.BatchOf(node, 1, count, _from), Stop)).IsSafe);
        _scene.Hub.Store.Flush();
    }

    private static async Task<Msg.Flow> NextFlowAsync(AsyncServerStreamingCall<GetFlowsResponse> call)
    {
        do Assert.True(await call.ResponseStream.MoveNext(Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop));
        while (call.ResponseStream.Current.Flow is null);
        return call.ResponseStream.Current.Flow;
    }

    private static async Task<List<GetFlowsResponse>> AllAsync(RelaySite relay, GetFlowsRequest request)
    {
        using var call = relay.Client.GetFlows(request, cancellationToken: Stop);
        var answers = new List<GetFlowsResponse>();
        while (await call.ResponseStream.MoveNext(Stop)) answers.Add(call.ResponseStream.Current);
        return answers;
    }

    private static async Task<List<Msg.Flow>> FlowsAsync(RelaySite relay, GetFlowsRequest request) =>
        [.. (await AllAsync(relay, request)).Where(a => a.Flow is not null).Select(a => a.Flow)];

    private static async Task<IEnumerable<int>> SecondsAsync(RelaySite relay, GetFlowsRequest request) =>
        (await FlowsAsync(relay, request)).Where(f => f.NodeName is "one" or "gone").Select(Second);
}
