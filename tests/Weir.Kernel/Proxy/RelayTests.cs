using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Kernel.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Proxy;

/// <summary>The real relay behind the real datapath.</summary>
public sealed class RelayTests : NodeTests
{
    private const int Flows = 1000;
    private const int AtOnce = 50;

    // A language that the proxy does not speak and of which everything passes: it joins the two ends.
    private static readonly (PolicyKey Key, PolicyEntry Entry) s_tcp = Policies.Tcp(0, 8080, PolicyAction.Redirect, "l7") is var (key, entry)
        ? (key, entry with { L7 = new L7Rules("any") { Alternatives = [L7Alternative.Unrestricted] } })
        : default;

    private readonly RelayProcess _relay;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    public RelayTests() => _relay = new RelayProcess(Node);

    public override void Dispose()
    {
        _limit.Dispose();
        _relay?.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task A_thousand_redirected_connections_arrive_each_from_its_own_pod_and_with_its_own_bytes()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        _relay.SetPolicy(1, Policies.Egress(s_tcp));

        await AskMany(Client, Server);

        Node.ReadEvents();
        Assert.Equal(Flows, Node.Events.Of(EventKind.New).Count(seen => seen.Verdict == (byte)Verdict.Redirected));
        Assert.Empty(Node.Events.Of(EventKind.Drop));
    }

    [Fact]
    public async Task A_thousand_connections_redirected_on_both_of_two_nodes_arrive()
    {
        using var other = new TestNode(2, World, Bpffs);
        var remote = other.AddPod(1, 9, 1009);
        using var otherRelay = new RelayProcess(other);
        Node.Know(remote);
        other.Know(Client);
        using var listener = remote.Listen(8080);
        Traffic.Echo(listener);
        _relay.SetPolicy(1, Policies.Egress(s_tcp));
        otherRelay.SetPolicy(1, Policies.Ingress(s_tcp));

        await AskMany(Client, remote);

        foreach (var node in new[] { Node, other })
        {
            node.ReadEvents();
            Assert.Equal(Flows, node.Events.Of(EventKind.New).Count(seen => seen.Verdict == (byte)Verdict.Redirected));
            Assert.Empty(node.Events.Of(EventKind.Drop));
        }
    }

    [Fact]
    public async Task One_side_may_close_and_still_be_answered_through_the_relay()
    {
        using var listener = Server.Listen(8080);
        _relay.SetPolicy(1, Policies.Egress(s_tcp));
        using var client = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(client);
        using var server = await listener.AcceptAsync(_limit.Token);
        await client.SendAsync("question"u8.ToArray(), _limit.Token);
        client.Shutdown(SocketShutdown.Send);

        var buffer = new byte[100];
        var got = 0;
        while (await server.ReceiveAsync(buffer.AsMemory(got), _limit.Token) is var count and > 0) got += count;
        Assert.Equal("question", Encoding.UTF8.GetString(buffer, 0, got));
        await server.SendAsync("answer"u8.ToArray(), _limit.Token);
        server.Dispose();
        Assert.Equal(6, await client.ReceiveAsync(buffer, _limit.Token));
        Assert.Equal(0, await client.ReceiveAsync(buffer, _limit.Token));
    }

    [Fact]
    public void With_the_relay_killed_nothing_passes_and_what_was_open_is_cut()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        _relay.SetPolicy(1, Policies.Egress(s_tcp));
        using var open = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(open);
        Assert.Equal($"{Client.IPv4} a", Traffic.Ask(open, "a"));

        _relay.Kill();

        Assert.NotEqual($"{Client.IPv4} b", Traffic.Ask(open, "b"));
        Assert.Null(Client.Connect(Server.IPv4, 8080, timeoutMs: 300));
        Assert.Null(Client.Connect(Server.IPv6, 8080, timeoutMs: 300));
    }

    [Fact]
    public void A_pod_that_speaks_to_the_relay_itself_is_refused()
    {
        using var socket = Client.Connect($"172.18.0.1{Node.Number}", _relay.Ports.TcpPort);

        Assert.True(socket is null || Traffic.Ask(socket, "x") is "RST" or "" or null);
    }

    private async Task AskMany(TestPod from, TestPod to)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= Flows)
            {
                var isIPv6 = i % 2 == 0;
                var (source, destination) = (Address(from, isIPv6), IPAddress.Parse(Address(to, isIPv6)));
                using var socket = from.Namespace.Run(() => new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(destination, 8080, _limit.Token);
                var text = $"flow {i}";
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), _limit.Token);
                var buffer = new byte[200];
                var expected = $"{source} {text}";
                var got = 0;
                while (got < expected.Length && await socket.ReceiveAsync(buffer.AsMemory(got), _limit.Token) is var count and > 0) got += count;
                Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, got));
            }
        }));
    }
}
