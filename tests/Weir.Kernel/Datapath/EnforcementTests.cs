using System.Buffers.Binary;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

public sealed class EnforcementTests : IDisposable
{
    private const uint Client = 1001, Server = 1002;

    private readonly BpfFileSystem _bpffs;
    private readonly TestWorld _world;
    private readonly TestNode _node;
    private readonly TestPod _client, _server;

    public EnforcementTests()
    {
        Privilege.Require();
        _bpffs = new BpfFileSystem();
        _world = new TestWorld();
        _node = new TestNode(1, _world, _bpffs);
        _client = _node.AddPod(1, 5, Client);
        _server = _node.AddPod(2, 6, Server);
    }

    public static TheoryData<bool> Families => [false, true];

    [Theory]
    [MemberData(nameof(Families))]
    public void Without_policy_a_connection_passes_and_is_reported(bool ipv6)
    {
        using var listener = _server.Listen(8080);
        Traffic.Echo(listener);

        using var socket = _client.Connect(Address(_server, ipv6), 8080);

        Assert.NotNull(socket);
        Assert.Equal($"{Address(_client, ipv6)} hello", Traffic.Ask(socket, "hello"));
        _node.ReadEvents();
        var seen = Assert.Single(_node.Events.Of(EventKind.New));
        Assert.Equal(((byte)Verdict.Forwarded, (byte)IpProtocol.Tcp, Client, Server, 1u, 2u), (seen.Verdict, seen.Protocol, seen.SrcIdentity, seen.DstIdentity, seen.SrcEndpoint, seen.DstEndpoint));
        Assert.Equal(Address(_server, ipv6), seen.Dst.ToAddress().ToString());
        Assert.Equal(8080, BinaryPrimitives.ReverseEndianness(seen.DstPort));
        Assert.Equal(RuleSet.NoPolicy, _node.Datapath.ResolveRule(seen.IngressRule));
        Assert.Equal(1u, seen.Packets);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_default_deny_drops_and_names_the_policy(bool ipv6)
    {
        using var listener = _server.Listen(8080);
        _node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(Client, 9090, PolicyAction.Allow, "allow-9090")));

        Assert.Null(_client.Connect(Address(_server, ipv6), 8080, timeoutMs: 300));

        _node.ReadEvents();
        var seen = Assert.Single(_node.Events.Of(EventKind.Drop));
        Assert.Equal((byte)DropReason.PolicyDenied, seen.Reason);
        var rule = _node.Datapath.ResolveRule(seen.IngressRule);
        Assert.Equal(DecisionBasis.DefaultDeny, rule.Basis);
        Assert.Equal("deny-by-default", Assert.Single(rule.Rules).Name);
    }

    [Fact]
    public void An_allow_rule_lets_its_peer_and_port_pass_and_is_named()
    {
        using var listener = _server.Listen(8080);
        Traffic.Echo(listener);
        _node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(Client, 8080, PolicyAction.Allow, "allow-8080")));

        using var socket = _client.Connect(_server.IPv4, 8080);

        Assert.NotNull(socket);
        Assert.Equal($"{_client.IPv4} x", Traffic.Ask(socket, "x"));
        _node.ReadEvents();
        var seen = Assert.Single(_node.Events.Of(EventKind.New));
        Assert.Equal(Policies.Rule("allow-8080"), _node.Datapath.ResolveRule(seen.IngressRule));
    }

    [Fact]
    public void A_deny_rule_drops_with_its_own_reason_on_the_senders_side()
    {
        using var listener = _server.Listen(8080);
        _node.Datapath.SetPolicy(1, Policies.Egress(
            Policies.Tcp(0, 8080, PolicyAction.Allow, "allow"), Policies.Tcp(Server, 8080, PolicyAction.Deny, "deny")));

        Assert.Null(_client.Connect(_server.IPv4, 8080, timeoutMs: 300));

        _node.ReadEvents();
        var seen = Assert.Single(_node.Events.Of(EventKind.Drop));
        Assert.Equal((byte)DropReason.PolicyDeny, seen.Reason);
        Assert.Equal(8, seen.Flags & 8);
        Assert.Equal("deny", Assert.Single(_node.Datapath.ResolveRule(seen.EgressRule).Rules).Name);
    }

    [Fact]
    public void A_port_range_allows_its_first_and_last_port_and_no_other()
    {
        using var below = _server.Listen(8191);
        using var first = _server.Listen(8192);
        using var last = _server.Listen(8192 + 15);
        using var above = _server.Listen(8192 + 16);
        _node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Entry(Client, IpProtocol.Tcp, 8192, 12, PolicyAction.Allow, "range")));

        Assert.Null(_client.Connect(_server.IPv4, 8191, timeoutMs: 200));
        Assert.Null(_client.Connect(_server.IPv4, 8208, timeoutMs: 200));
        using var a = _client.Connect(_server.IPv4, 8192);
        using var b = _client.Connect(_server.IPv4, 8207);
        Assert.NotNull(a);
        Assert.NotNull(b);
    }

    [Fact]
    public void A_new_endpoint_lets_nothing_pass()
    {
        var pod = new TestPod(_node, 3, 7, 1003);
        using var _ = pod;
        using var listener = pod.Listen(80);
        _node.Namespace.Run(() => _node.Datapath.Attach(pod.Spec));

        Assert.Null(_client.Connect(pod.IPv4, 80, timeoutMs: 300));
        Assert.Null(pod.Connect(_server.IPv4, 80, timeoutMs: 300));
        _node.ReadEvents();
        Assert.All(_node.Events.Of(EventKind.Drop), seen => Assert.Equal((byte)DropReason.PolicyDenied, seen.Reason));
        Assert.Contains(_node.Events.Seen, seen => _node.Datapath.ResolveRule(seen.IngressRule) == RuleSet.Init);
        Assert.Contains(_node.Events.Seen, seen => _node.Datapath.ResolveRule(seen.EgressRule) == RuleSet.Init);
    }

    public void Dispose()
    {
        _node?.Dispose();
        _world?.Dispose();
        _bpffs?.Dispose();
    }

    private static string Address(TestPod pod, bool ipv6) => ipv6 ? pod.IPv6 : pod.IPv4;
}
