using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

public sealed class ServiceTests : NodeTests
{
    private const string Frontend = "10.0.0.20", Frontend6 = "fd00:10::14";

    [Theory]
    [MemberData(nameof(Families))]
    public void A_service_address_leads_to_its_backend_and_back(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        var frontend = ipv6 ? Frontend6 : Frontend;
        Node.Datapath.SetServices([Service(frontend, 80, IpProtocol.Tcp, (Address(Server, ipv6), 8080))]);

        using var socket = Client.Connect(frontend, 80);

        Assert.NotNull(socket);
        Assert.Equal($"{Address(Client, ipv6)} hello", Traffic.Ask(socket, "hello"));
        Node.ReadEvents();
        var seen = Assert.Single(Node.Events.Of(EventKind.New));
        Assert.Equal((Address(Server, ipv6), frontend), (seen.Dst.ToAddress().ToString(), seen.Frontend.ToAddress().ToString()));
        Assert.Equal((8080, 80), (BinaryPrimitives.ReverseEndianness(seen.DstPort), BinaryPrimitives.ReverseEndianness(seen.FrontendPort)));
        Assert.Equal(0x10, seen.Flags & 0x10);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Datagrams_are_translated_too(bool ipv6)
    {
        using var server = Server.Datagrams(5353);
        Traffic.EchoDatagrams(server);
        var frontend = ipv6 ? Frontend6 : Frontend;
        Node.Datapath.SetServices([Service(frontend, 53, IpProtocol.Udp, (Address(Server, ipv6), 5353))]);
        using var client = Client.Datagrams(0);

        for (var i = 0; i < 3; i++)
        {
            client.SendTo(Encoding.UTF8.GetBytes($"q{i}"), new IPEndPoint(IPAddress.Parse(frontend).MapToIPv6(), 53));
            var buffer = new byte[512];
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
            var got = client.ReceiveFrom(buffer, ref from);
            Assert.Equal($"{Address(Client, ipv6)} q{i}", Encoding.UTF8.GetString(buffer, 0, got));
            Assert.Equal(IPAddress.Parse(frontend).MapToIPv6(), ((IPEndPoint)from).Address);
            Assert.Equal(53, ((IPEndPoint)from).Port);
        }
    }

    [Fact]
    public void Policy_speaks_of_the_backend_not_of_the_service_address()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        Node.Datapath.SetServices([Service(Frontend, 80, IpProtocol.Tcp, (Server.IPv4, 8080))]);
        Node.Datapath.SetPolicy(1, Policies.Egress(Policies.Tcp(ServerIdentity, 8080, PolicyAction.Allow, "backend-port")));

        using var allowed = Client.Connect(Frontend, 80);
        Assert.NotNull(allowed);

        Node.Datapath.SetPolicy(1, Policies.Egress(Policies.Tcp(ServerIdentity, 80, PolicyAction.Allow, "service-port")));
        Assert.Null(Client.Connect(Frontend, 80, timeoutMs: 300));
    }

    [Fact]
    public void A_service_without_backends_drops_with_its_own_reason()
    {
        Node.Datapath.SetServices([Service(Frontend, 80, IpProtocol.Tcp)]);

        Assert.Null(Client.Connect(Frontend, 80, timeoutMs: 300));

        Node.ReadEvents();
        Assert.Equal((byte)DropReason.ServiceBackendNotFound, Assert.Single(Node.Events.Of(EventKind.Drop)).Reason);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_pod_reaches_itself_through_its_service(bool ipv6)
    {
        using var listener = Client.Listen(8080);
        Traffic.Echo(listener);
        var frontend = ipv6 ? Frontend6 : Frontend;
        Node.Datapath.SetServices([Service(frontend, 80, IpProtocol.Tcp, (Address(Client, ipv6), 8080))]);
        Node.Datapath.SetPolicy(1, EndpointPolicy.Init);

        using var socket = Client.Connect(frontend, 80);

        Assert.NotNull(socket);
        Assert.Equal(ipv6 ? "fd00:169:254:42::1 me" : "169.254.42.1 me", Traffic.Ask(socket, "me"));
    }

    [Fact]
    public void A_load_balancer_address_reaches_only_backends_of_this_node_and_keeps_the_clients_address()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        const string Balancer = "198.51.100.7";
        World.Namespace.Ip($"route add {Balancer}/32 via 172.18.0.11 src {TestWorld.Client}");
        Node.Datapath.SetServices([
            new ServiceSpec(IpAddress.Parse(Balancer), 80, IpProtocol.Tcp,
                [new BackendSpec(IpAddress.Parse("192.168.2.9"), 8080, false), new BackendSpec(Server.Spec.IPv4, 8080, true)], true, 0),
            Service(Frontend, 80, IpProtocol.Tcp, (Server.IPv4, 8080)),
        ]);

        for (var i = 0; i < 5; i++)
        {
            using var socket = Traffic.Connect(World.Namespace, Balancer, 80);
            Assert.NotNull(socket);
            Assert.Equal($"{TestWorld.Client} hi", Traffic.Ask(socket, "hi"));
        }

        Node.ReadEvents();
        Assert.All(Node.Events.Of(EventKind.New), seen => Assert.Equal(SecurityIdentity.World.Value, seen.SrcIdentity));
    }

    [Fact]
    public void A_client_with_affinity_stays_with_its_backend_until_that_is_gone()
    {
        var third = Node.AddPod(3, 7, 1003);
        using var a = Server.Listen(8080);
        using var b = third.Listen(8080);
        AnswerWithName(a, "a");
        AnswerWithName(b, "b");
        BackendSpec[] both = [new(Server.Spec.IPv4, 8080, true), new(third.Spec.IPv4, 8080, true)];
        Node.Datapath.SetServices([new ServiceSpec(IpAddress.Parse(Frontend), 80, IpProtocol.Tcp, both, false, 600)]);

        var first = AskName();
        for (var i = 0; i < 8; i++) Assert.Equal(first, AskName());

        var other = first == "a" ? both[1] : both[0];
        Node.Datapath.SetServices([new ServiceSpec(IpAddress.Parse(Frontend), 80, IpProtocol.Tcp, [other], false, 600)]);
        Assert.NotEqual(first, AskName());
    }

    private string? AskName()
    {
        using var socket = Client.Connect(Frontend, 80);
        Assert.NotNull(socket);
        return Traffic.Ask(socket, "?");
    }

    private static void AnswerWithName(Socket listener, string name) => _ = Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await client.ReceiveAsync(new byte[16]);
                await client.SendAsync(Encoding.UTF8.GetBytes(name));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return;
        }
    });

    private static ServiceSpec Service(string frontend, ushort port, IpProtocol protocol, params (string Address, ushort Port)[] backends) => new(
        IpAddress.Parse(frontend), port, protocol, [.. backends.Select(backend => new BackendSpec(IpAddress.Parse(backend.Address), backend.Port, true))], false, 0);
}
