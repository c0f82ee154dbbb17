using System.Buffers.Binary;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

public sealed class EnforcementTests : NodeTests
{
    [Theory]
    [MemberData(nameof(Families))]
    public void Without_policy_a_connection_passes_and_is_reported(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);

        using var socket = Client.Connect(Address(Server, ipv6), 8080);

        Assert.NotNull(socket);
        Assert.Equal($"{Address(Client, ipv6)} hello", Traffic.Ask(socket, "hello"));
        Node.ReadEvents();
        var seen = Assert.Single(Node.Events.Of(EventKind.New));
        Assert.Equal(((byte)Verdict.Forwarded, (byte)IpProtocol.Tcp, ClientIdentity, ServerIdentity, 1u, 2u), (seen.Verdict, seen.Protocol, seen.SrcIdentity, seen.DstIdentity, seen.SrcEndpoint, seen.DstEndpoint));
        Assert.Equal(Address(Server, ipv6), seen.Dst.ToAddress().ToString());
        Assert.Equal(8080, BinaryPrimitives.ReverseEndianness(seen.DstPort));
        Assert.Equal(RuleSet.NoPolicy, Node.Datapath.ResolveRule(seen.IngressRule));
        Assert.Equal(1u, seen.Packets);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_default_deny_drops_and_names_the_policy(bool ipv6)
    {
        using var listener = Server.Listen(8080);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(ClientIdentity, 9090, PolicyAction.Allow, "allow-9090")));

        Assert.Null(Client.Connect(Address(Server, ipv6), 8080, timeoutMs: 300));

        Node.ReadEvents();
        var seen = Assert.Single(Node.Events.Of(EventKind.Drop));
        Assert.Equal((byte)DropReason.PolicyDenied, seen.Reason);
        var rule = Node.Datapath.ResolveRule(seen.IngressRule);
        Assert.Equal(DecisionBasis.DefaultDeny, rule.Basis);
        Assert.Equal("deny-by-default", Assert.Single(rule.Rules).Name);
    }

    [Fact]
    public void An_allow_rule_lets_its_peer_and_port_pass_and_is_named()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(ClientIdentity, 8080, PolicyAction.Allow, "allow-8080")));

        using var socket = Client.Connect(Server.IPv4, 8080);

        Assert.NotNull(socket);
        Assert.Equal($"{Client.IPv4} x", Traffic.Ask(socket, "x"));
        Node.ReadEvents();
        var seen = Assert.Single(Node.Events.Of(EventKind.New));
        Assert.Equal(Policies.Rule("allow-8080"), Node.Datapath.ResolveRule(seen.IngressRule));
    }

    [Fact]
    public void A_deny_rule_drops_with_its_own_reason_on_the_senders_side()
    {
        using var listener = Server.Listen(8080);
        Node.Datapath.SetPolicy(1, Policies.Egress(
            Policies.Tcp(0, 8080, PolicyAction.Allow, "allow"), Policies.Tcp(ServerIdentity, 8080, PolicyAction.Deny, "deny")));

        Assert.Null(Client.Connect(Server.IPv4, 8080, timeoutMs: 300));

        Node.ReadEvents();
        var seen = Assert.Single(Node.Events.Of(EventKind.Drop));
        Assert.Equal((byte)DropReason.PolicyDeny, seen.Reason);
        Assert.Equal(8, seen.Flags & 8);
        Assert.Equal("deny", Assert.Single(Node.Datapath.ResolveRule(seen.EgressRule).Rules).Name);
    }

    [Fact]
    public void A_port_range_allows_its_first_and_last_port_and_no_other()
    {
        using var below = Server.Listen(8191);
        using var first = Server.Listen(8192);
        using var last = Server.Listen(8192 + 15);
        using var above = Server.Listen(8192 + 16);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Entry(ClientIdentity, IpProtocol.Tcp, 8192, 12, PolicyAction.Allow, "range")));

        Assert.Null(Client.Connect(Server.IPv4, 8191, timeoutMs: 200));
        Assert.Null(Client.Connect(Server.IPv4, 8208, timeoutMs: 200));
        using var a = Client.Connect(Server.IPv4, 8192);
        using var b = Client.Connect(Server.IPv4, 8207);
        Assert.NotNull(a);
        Assert.NotNull(b);
    }

    [Fact]
    public void A_new_endpoint_lets_nothing_pass()
    {
        var pod = new TestPod(Node, 3, 7, 1003);
        using var _ = pod;
        using var listener = pod.Listen(80);
        Node.Namespace.Run(() => Node.Datapath.Attach(pod.Spec));

        Assert.Null(Client.Connect(pod.IPv4, 80, timeoutMs: 300));
        Assert.Null(pod.Connect(Server.IPv4, 80, timeoutMs: 300));
        Node.ReadEvents();
        Assert.All(Node.Events.Of(EventKind.Drop), seen => Assert.Equal((byte)DropReason.PolicyDenied, seen.Reason));
        Assert.Contains(Node.Events.Seen, seen => Node.Datapath.ResolveRule(seen.IngressRule) == RuleSet.Init);
        Assert.Contains(Node.Events.Seen, seen => Node.Datapath.ResolveRule(seen.EgressRule) == RuleSet.Init);
    }
}
