using System.Net;
using System.Text;
using Weir.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

public sealed class RedirectTests : NodeTests
{
    private static readonly (PolicyKey, PolicyEntry) s_tcp = Policies.Tcp(0, 8080, PolicyAction.Redirect, "l7");
    private static readonly (PolicyKey, PolicyEntry) s_udp = Policies.Entry(0, IpProtocol.Udp, 5353, 16, PolicyAction.Redirect, "l7");

    private readonly TestProxy _proxy;

    public RedirectTests()
    {
        _proxy = new TestProxy(Node.Namespace);
        Node.Datapath.SetProxyPorts(_proxy.TcpPort, _proxy.UdpPort);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void An_egress_redirect_keeps_both_original_addresses(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        Node.Datapath.SetPolicy(1, Policies.Egress(s_tcp));

        using var socket = Client.Connect(Address(Server, ipv6), 8080);

        Assert.NotNull(socket);
        Assert.Equal($"{Address(Client, ipv6)} hello", Traffic.Ask(socket, "hello"));
        Assert.Equal([$"{Address(Client, ipv6)}>{new IPEndPoint(IPAddress.Parse(Address(Server, ipv6)), 8080)}"], _proxy.Seen);
        Node.ReadEvents();
        Assert.Equal((byte)Verdict.Redirected, Assert.Single(Node.Events.Of(EventKind.New)).Verdict);
        Assert.Empty(Node.Events.Of(EventKind.Drop));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void An_ingress_redirect_behind_a_service_address_works(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        var frontend = ipv6 ? "fd00:10::14" : "10.0.0.20";
        Node.Datapath.SetServices([new ServiceSpec(
            IpAddress.Parse(frontend), 80, IpProtocol.Tcp, [new BackendSpec(IpAddress.Parse(Address(Server, ipv6)), 8080, true)], false, 0)]);
        Node.Datapath.SetPolicy(2, Policies.Ingress(s_tcp));

        using var socket = Client.Connect(frontend, 80);

        Assert.NotNull(socket);
        Assert.Equal($"{Address(Client, ipv6)} hello", Traffic.Ask(socket, "hello"));
        Assert.Single(_proxy.Seen);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Datagrams_are_redirected_and_answered_by_who_was_asked(bool ipv6)
    {
        using var server = Server.Datagrams(5353);
        Traffic.EchoDatagrams(server);
        Node.Datapath.SetPolicy(1, Policies.Egress(s_udp));
        using var client = Client.Datagrams(0);
        var to = new IPEndPoint(IPAddress.Parse(Address(Server, ipv6)).MapToIPv6(), 5353);

        for (var i = 0; i < 3; i++)
        {
            client.SendTo(Encoding.UTF8.GetBytes($"q{i}"), to);
            var buffer = new byte[512];
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
            var got = client.ReceiveFrom(buffer, ref from);
            Assert.Equal($"{Address(Client, ipv6)} q{i}", Encoding.UTF8.GetString(buffer, 0, got));
            Assert.Equal(to, from);
        }

        Assert.Equal(3, _proxy.Seen.Count);
    }

    [Fact]
    public void With_the_proxy_dead_nothing_passes()
    {
        using var listener = Server.Listen(8080);
        Node.Datapath.SetPolicy(1, Policies.Egress(s_tcp));
        _proxy.Dispose();

        Assert.Null(Client.Connect(Server.IPv4, 8080, timeoutMs: 300));

        Node.ReadEvents();
        Assert.Contains(Node.Events.Of(EventKind.Drop), seen => seen.Reason == (byte)DropReason.SocketLookupFailed);
    }

    [Fact]
    public void An_established_connection_that_must_now_pass_a_proxy_is_reset_and_the_next_one_is_redirected()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        using var before = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(before);
        Assert.Equal($"{Client.IPv4} a", Traffic.Ask(before, "a"));

        Node.Datapath.SetPolicy(1, Policies.Egress(s_tcp));

        Assert.Equal("RST", Traffic.Ask(before, "b"));
        using var after = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(after);
        Assert.Equal($"{Client.IPv4} c", Traffic.Ask(after, "c"));
        Assert.Single(_proxy.Seen);
        Node.ReadEvents();
        Assert.Contains(Node.Events.Of(EventKind.Drop), seen => seen.Reason == (byte)DropReason.PuntProxy);
    }

    [Fact]
    public void Across_nodes_a_redirect_works_at_either_end_and_at_both()
    {
        using var other = new TestNode(2, World, Bpffs);
        var remote = other.AddPod(1, 9, 1009);
        using var remoteProxy = new TestProxy(other.Namespace);
        other.Datapath.SetProxyPorts(remoteProxy.TcpPort, remoteProxy.UdpPort);
        Node.Know(remote);
        other.Know(Client);
        using var listener = remote.Listen(8080);
        Traffic.Echo(listener);

        foreach (var (here, there) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            Node.Datapath.SetPolicy(1, here ? Policies.Egress(s_tcp) : Policies.Open);
            other.Datapath.SetPolicy(1, there ? Policies.Ingress(s_tcp) : Policies.Open);
            _proxy.Seen.Clear();
            remoteProxy.Seen.Clear();

            foreach (var address in new[] { remote.IPv4, remote.IPv6 })
            {
                using var socket = Client.Connect(address, 8080);
                Node.ReadEvents();
                other.ReadEvents();
                var drops = Node.Events.Of(EventKind.Drop).Concat(other.Events.Of(EventKind.Drop)).Select(drop => (DropReason)drop.Reason);
                Assert.True(socket is not null, $"No connection to {address} with a redirect here: {here}, there: {there}. Drops: {string.Join(", ", drops)}");
                Assert.Equal($"{(address == remote.IPv4 ? Client.IPv4 : Client.IPv6)} hi", Traffic.Ask(socket, "hi"));
            }

            Assert.Equal((here ? 2 : 0, there ? 2 : 0), (_proxy.Seen.Count, remoteProxy.Seen.Count));
        }
    }

    public override void Dispose()
    {
        _proxy?.Dispose();
        base.Dispose();
    }
}
