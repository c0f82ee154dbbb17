using System.Net;
using System.Text;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

/// <summary>The node itself and the outside, over real sockets.</summary>
public sealed class HostTests : NodeTests
{
    [Theory]
    [MemberData(nameof(Families))]
    public void The_node_reaches_its_pods_as_host(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(SecurityIdentity.Host.Value, 8080, PolicyAction.Allow, "probe")));

        using var socket = Traffic.Connect(Node.Namespace, Address(Server, ipv6), 8080);

        Assert.NotNull(socket);
        Assert.EndsWith(" hi", Traffic.Ask(socket, "hi"), StringComparison.Ordinal);
        Node.ReadEvents();
        Assert.Equal(SecurityIdentity.Host.Value, Assert.Single(Node.Events.Of(EventKind.New)).SrcIdentity);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_node_passes_the_proxy_where_policy_wants_it(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        using var proxy = new TestProxy(Node.Namespace);
        Node.Datapath.SetProxyPorts(proxy.TcpPort, proxy.UdpPort);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(SecurityIdentity.Host.Value, 8080, PolicyAction.Redirect, "l7")));

        using var socket = Traffic.Connect(Node.Namespace, Address(Server, ipv6), 8080);

        Assert.NotNull(socket);
        Assert.EndsWith(" hi", Traffic.Ask(socket, "hi"), StringComparison.Ordinal);
        Assert.Single(proxy.Seen);
    }

    [Fact]
    public void The_world_is_denied_and_allowed_by_identity()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(ClientIdentity, 8080, PolicyAction.Allow, "pods")));
        Assert.Null(Traffic.Connect(World.Namespace, Server.IPv4, 8080, timeoutMs: 300));

        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(SecurityIdentity.World.Value, 8080, PolicyAction.Allow, "world")));
        using var socket = Traffic.Connect(World.Namespace, Server.IPv4, 8080);
        Assert.NotNull(socket);
        Assert.EndsWith(" hi", Traffic.Ask(socket, "hi"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Datagrams_larger_than_a_packet_pass_whole(bool ipv6)
    {
        using var server = Server.Datagrams(5353);
        Traffic.EchoDatagrams(server);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Entry(ClientIdentity, IpProtocol.Udp, 5353, 16, PolicyAction.Allow, "large")));
        using var client = Client.Datagrams(0);
        var text = new string('x', 6000);

        client.SendTo(Encoding.UTF8.GetBytes(text), new IPEndPoint(IPAddress.Parse(Address(Server, ipv6)).MapToIPv6(), 5353));

        var buffer = new byte[8192];
        var got = client.Receive(buffer);
        Assert.Equal($"{Address(Client, ipv6)} {text}", Encoding.UTF8.GetString(buffer, 0, got));
    }

    [Fact]
    public void A_program_on_a_clsact_qdisc_decides_too()
    {
        using var stranger = new TestPod(Node, 9, 9, 1009);
        using var listener = Server.Listen(8080);
        using var before = stranger.Connect(Server.IPv4, 8080, timeoutMs: 1000);
        Assert.NotNull(before);

        Node.Namespace.Run(() => Node.Datapath.Probe.AttachByClsact("from_pod", Interfaces.IndexOf(stranger.Spec.InterfaceName), ingress: true));

        Assert.Null(stranger.Connect(Server.IPv4, 8080, timeoutMs: 300));
        Node.ReadEvents();
        Assert.Contains(Node.Events.Of(EventKind.Drop), seen => seen.Reason == (byte)DropReason.EndpointNotReady);
    }
}
