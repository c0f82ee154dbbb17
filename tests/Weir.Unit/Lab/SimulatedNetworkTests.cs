using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Datapath.Model;
using Weir.Lab.Simulated;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Workloads.Network;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class SimulatedNetworkTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly SimulatedNetwork _network = new(TimeProvider.System);
    private readonly ModelDatapath _tables1 = new(new ModelDatapathOptions());
    private readonly ModelDatapath _tables2 = new(new ModelDatapathOptions());
    private readonly SimulatedHost _client, _near, _far, _outside;
    private ulong _revision;

    public SimulatedNetworkTests()
    {
        var node1 = _network.AddNode("node1", _tables1);
        var node2 = _network.AddNode("node2", _tables2);
        _client = AddPod(node1, 1, "192.168.1.5", 1001);
        _near = AddPod(node1, 2, "192.168.1.6", 1002);
        _far = AddPod(node2, 1, "192.168.2.5", 1003);
        _outside = _network.AddOutside(IpAddress.Parse("203.0.113.45"), IpAddress.Parse("2001:db8::45"));
    }

    public void Dispose()
    {
        _tables1.Dispose();
        _tables2.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task What_is_allowed_is_answered_on_one_node_across_nodes_and_outside()
    {
        foreach (var (server, address) in new[] { (_near, "192.168.1.6"), (_far, "192.168.2.5"), (_outside, "203.0.113.45") })
        {
            using var listener = server.ListenTcp(80);
            _ = Echo(listener);
            Assert.Equal("192.168.1.5 hello", await Ask(_client, address, 80, "hello"));
        }
    }

    [Fact]
    public async Task A_service_address_leads_to_its_backend_and_answers_as_itself()
    {
        using var listener = _far.ListenTcp(8080);
        _ = Echo(listener);
        _tables1.SetServices([new ServiceSpec(IpAddress.Parse("10.0.0.20"), 80, IpProtocol.Tcp, [new BackendSpec(IpAddress.Parse("192.168.2.5"), 8080, false)], false, 0)]);

        Assert.Equal("192.168.1.5 x", await Ask(_client, "10.0.0.20", 80, "x"));
    }

    [Fact]
    public async Task A_load_balancer_address_is_reached_from_outside_by_its_route()
    {
        using var listener = _far.ListenTcp(8080);
        _ = Echo(listener);
        _tables2.SetServices([new ServiceSpec(IpAddress.Parse("198.51.100.1"), 80, IpProtocol.Tcp, [new BackendSpec(IpAddress.Parse("192.168.2.5"), 8080, true)], true, 0)]);
        _network.SetRoute(IpPrefix.Parse("198.51.100.1"), _far.Node);

        Assert.Equal("203.0.113.45 x", await Ask(_outside, "198.51.100.1", 80, "x"));
    }

    [Fact]
    public async Task What_policy_denies_times_out_and_each_try_is_a_dropped_flow()
    {
        using var listener = _far.ListenTcp(80);
        _tables2.SetPolicy(1, Enforced());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.ConnectTcpAsync(End("192.168.2.5", 80), patience.Token));

        var seen = Assert.Single(Events(_tables2));
        Assert.Equal(((byte)Verdict.Dropped, (byte)DropReason.PolicyDenied, 1003u), (seen.Verdict, seen.Reason, seen.DstIdentity));
    }

    [Fact]
    public async Task Where_nobody_listens_the_connection_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SocketException>(() => _client.ConnectTcpAsync(End("192.168.2.5", 81), _limit.Token));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Swapping_the_policy_changes_what_the_same_question_gets()
    {
        using var listener = _near.ListenTcp(80);
        _ = Echo(listener);
        Assert.Equal("192.168.1.5 a", await Ask(_client, "192.168.1.6", 80, "a"));

        _tables1.SetPolicy(2, Enforced());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.ConnectTcpAsync(End("192.168.1.6", 80), patience.Token));

        _tables1.SetPolicy(2, Enforced((1001, 80, PolicyAction.Allow)));
        Assert.Equal("192.168.1.5 b", await Ask(_client, "192.168.1.6", 80, "b"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_redirected_connection_goes_through_the_relay_at_either_end_and_at_both(bool here, bool there)
    {
        using var listener = _far.ListenTcp(80);
        _ = Echo(listener);
        foreach (var tables in new[] { _tables1, _tables2 }) tables.SetProxyPorts(1, 1);
        if (here) _tables1.SetPolicy(1, Redirected(TrafficDirection.Egress));
        if (there) _tables2.SetPolicy(1, Redirected(TrafficDirection.Ingress));

        Assert.Equal("192.168.1.5 hi", await Ask(_client, "192.168.2.5", 80, "hi"));
        Assert.Equal(here, Events(_tables1).Any(seen => seen.Verdict == (byte)Verdict.Redirected));
        Assert.Equal(there, Events(_tables2).Any(seen => seen.Verdict == (byte)Verdict.Redirected));
    }

    [Fact]
    public async Task Redirected_connections_follow_each_other_at_once()
    {
        using var listener = _far.ListenTcp(80);
        _ = Echo(listener);
        foreach (var tables in new[] { _tables1, _tables2 }) tables.SetProxyPorts(1, 1);
        foreach (var direction in new[] { TrafficDirection.Egress, TrafficDirection.Ingress })
        {
            // The two nodes' relays take the same ports in turn, while the last connection by the other is being closed.
            _tables1.SetPolicy(1, direction == TrafficDirection.Egress ? Redirected(direction) : Open());
            _tables2.SetPolicy(1, direction == TrafficDirection.Ingress ? Redirected(direction) : Open());
            Assert.Equal("192.168.1.5 hi", await Ask(_client, "192.168.2.5", 80, "hi"));
        }
    }

    [Fact]
    public async Task A_connection_with_the_numbers_of_one_that_its_opener_forgot_is_a_new_one()
    {
        var (own, port) = (IpAddress.Parse("203.0.113.50"), (ushort)61_001);
        using var listener = _outside.ListenTcp(80);
        var first = _network.AddOutside(own);
        await using var forgotten = await first.ConnectTcpAsync(own, _outside.Addresses[0], 80, () => port, _limit.Token);
        await forgotten.WriteAsync("old"u8.ToArray(), _limit.Token);
        await using var old = (await listener.AcceptAsync(_limit.Token)).Stream;
        _network.Remove(first);

        await using var opened = await _network.AddOutside(own).ConnectTcpAsync(own, _outside.Addresses[0], 80, () => port, _limit.Token);
        await opened.WriteAsync("new"u8.ToArray(), _limit.Token);
        await using var accepted = (await listener.AcceptAsync(_limit.Token)).Stream;
        var buffer = new byte[10];

        Assert.Equal("new", Encoding.UTF8.GetString(buffer, 0, await accepted.ReadAsync(buffer, _limit.Token)));
        await Assert.ThrowsAnyAsync<IOException>(() => old.ReadExactlyAsync(new byte[4], _limit.Token).AsTask());
    }

    [Fact]
    public async Task Datagrams_are_answered_also_through_the_relay()
    {
        using var server = _far.OpenUdp(53, IPAddress.Parse("192.168.2.5"));
        _ = EchoDatagrams(server);
        using var client = _client.OpenUdp(0);
        _tables1.SetProxyPorts(1, 1);
        foreach (var policy in new[] { Open(), Redirected(TrafficDirection.Egress) })
        {
            _tables1.SetPolicy(1, policy);
            await client.SendAsync("q"u8.ToArray(), End("192.168.2.5", 53), _limit.Token);
            var buffer = new byte[100];
            var (length, from) = await client.ReceiveAsync(buffer, _limit.Token);
            Assert.Equal(("192.168.1.5 q", End("192.168.2.5", 53)), (Encoding.UTF8.GetString(buffer, 0, length), from));
        }
    }

    [Fact]
    public async Task Every_byte_arrives_in_order_and_a_slow_reader_holds_the_writer()
    {
        using var listener = _far.ListenTcp(80);
        var accepting = listener.AcceptAsync(_limit.Token);
        await using var client = await _client.ConnectTcpAsync(End("192.168.2.5", 80), _limit.Token);
        await using var server = (await accepting).Stream;
        var bytes = new byte[2_000_000];
        new Random(3).NextBytes(bytes);

        var writing = client.WriteAsync(bytes, _limit.Token).AsTask();
        await Task.Delay(200, _limit.Token);
        Assert.False(writing.IsCompleted, "two megabytes fit into no buffer");
        var got = new byte[bytes.Length];
        await server.ReadExactlyAsync(got, _limit.Token);
        await writing;

        Assert.True(bytes.AsSpan().SequenceEqual(got));
    }

    [Fact]
    public async Task A_host_that_is_taken_away_resets_its_connections_and_frees_its_address()
    {
        using var listener = _far.ListenTcp(80);
        var accepting = listener.AcceptAsync(_limit.Token);
        await using var client = await _client.ConnectTcpAsync(End("192.168.2.5", 80), _limit.Token);
        await using var server = (await accepting).Stream;

        _network.Remove(_far);

        await Assert.ThrowsAnyAsync<IOException>(() => server.ReadAsync(new byte[1], _limit.Token).AsTask());
        Assert.NotNull(_network.AddPod(_far.Node!, 1, IpAddress.Parse("192.168.2.5")));
    }

    private SimulatedHost AddPod(SimulatedNode node, uint id, string address, uint identity)
    {
        var own = IpAddress.Parse(address);
        node.Datapath.Attach(new EndpointSpec(id, $"weir{id}", own, default, new SecurityIdentity(identity)));
        node.Datapath.SetPolicy(id, Open());
        foreach (var tables in new[] { _tables1, _tables2 }) tables.SetIdentity(IpPrefix.Of(own), new SecurityIdentity(identity));
        return _network.AddPod(node, id, own);
    }

    private EndpointPolicy Open() => new(++_revision, DirectionTable.Open, DirectionTable.Open);

    private EndpointPolicy Enforced(params (uint Peer, ushort Port, PolicyAction Action)[] entries) => new(++_revision, Table(entries), DirectionTable.Open);

    private EndpointPolicy Redirected(TrafficDirection direction)
    {
        var table = Table((0, 80, PolicyAction.Redirect), (0, 53, PolicyAction.Redirect));
        return direction == TrafficDirection.Egress ? new(++_revision, DirectionTable.Open, table) : new(++_revision, table, DirectionTable.Open);
    }

    private static DirectionTable Table(params (uint Peer, ushort Port, PolicyAction Action)[] entries) => new(
        true,
        new RuleSet(DecisionBasis.DefaultDeny, []),
        entries.ToDictionary(
            entry => new PolicyKey(new SecurityIdentity(entry.Peer), entry.Port == 53 ? IpProtocol.Udp : IpProtocol.Tcp, entry.Port, 16),
            entry => new PolicyEntry(entry.Action, PolicyMatch.L3L4, new RuleSet(DecisionBasis.Allow, []))));

    private async Task<string> Ask(SimulatedHost from, string address, int port, string text)
    {
        await using var stream = await from.ConnectTcpAsync(End(address, port), _limit.Token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _limit.Token);
        var buffer = new byte[200];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, _limit.Token));
    }

    private async Task Echo(ITcpListener listener)
    {
        while (true)
        {
            var connection = await listener.AcceptAsync(_limit.Token);
            var buffer = new byte[200];
            var length = await connection.Stream.ReadAsync(buffer, _limit.Token);
            await connection.Stream.WriteAsync(Encoding.UTF8.GetBytes($"{connection.Remote.Address} {Encoding.UTF8.GetString(buffer, 0, length)}"), _limit.Token);
            await connection.Stream.DisposeAsync();
        }
    }

    private async Task EchoDatagrams(IUdpSocket socket)
    {
        var buffer = new byte[200];
        while (true)
        {
            var (length, from) = await socket.ReceiveAsync(buffer, _limit.Token);
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{from.Address} {Encoding.UTF8.GetString(buffer, 0, length)}"), from, _limit.Token);
        }
    }

    private static IPEndPoint End(string address, int port) => new(IPAddress.Parse(address), port);

    private static List<EventAbi> Events(ModelDatapath tables)
    {
        var log = new Log();
        tables.ReadEvents(log, TimeSpan.Zero);
        return log.Seen;
    }

    private sealed class Log : IEventSink
    {
        public List<EventAbi> Seen { get; } = [];

        public void OnEvent(in EventAbi seen) => Seen.Add(seen);
    }
}
