using Weir.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

/// <summary>Single frames through the programs, by BPF_PROG_TEST_RUN.</summary>
public sealed class PacketTests : NodeTests
{
    private const byte Icmp = 1, TcpProtocol = 6, UdpProtocol = 17, IcmpV6 = 58, Sctp = 132, Syn = 2, SynAck = 18, Ack = 16, Fin = 17;
    private const uint Pass = 0, Drop = 2, MarkOut = 0x400, MarkToPod = 0x500, MarkProxy = 0x200, MarkUpstream = 0xa00;
    private const ulong Second = 1_000_000_000;

    private readonly KernelDatapathProbe _probe;
    private ulong _now = 1000 * Second;

    public PacketTests()
    {
        _probe = Node.Datapath.Probe;
        Clock(_now);
    }

    [Fact]
    public void A_foreign_source_address_is_dropped()
    {
        AssertDrop(FromPod(Client, RawPackets.IPv4("192.168.1.77", Server.IPv4, TcpProtocol, RawPackets.Tcp(1000, 80, Syn))), DropReason.InvalidSourceIp);
        AssertDrop(FromPod(Client, RawPackets.IPv6("fd00::77", Server.IPv6, TcpProtocol, RawPackets.Tcp(1000, 80, Syn))), DropReason.InvalidSourceIp);
    }

    [Fact]
    public void Neighbour_discovery_passes_only_with_the_hop_limit_of_a_neighbour()
    {
        byte[] solicitation = [135, 0, 0, 0, 0, 0, 0, 0, .. new byte[16]];
        Assert.Equal(Pass, FromPod(Client, RawPackets.IPv6("fe80::5", "ff02::1:ff00:1", IcmpV6, solicitation, hopLimit: 255)).Action);
        AssertDrop(FromPod(Client, RawPackets.IPv6("fe80::5", "ff02::1:ff00:1", IcmpV6, solicitation, hopLimit: 64)), DropReason.InvalidSourceIp);
    }

    [Theory]
    [InlineData(47, DropReason.CtUnknownL4Protocol)]
    [InlineData(2, DropReason.CtUnknownL4Protocol)]
    public void A_protocol_that_is_not_tracked_is_dropped(byte protocol, DropReason reason) =>
        AssertDrop(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, protocol, new byte[20])), reason);

    [Fact]
    public void A_cut_off_header_is_dropped()
    {
        AssertDrop(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, TcpProtocol, new byte[8])), DropReason.CtTruncatedOrInvalidHeader);
        var tooLong = RawPackets.IPv4(Client.IPv4, Server.IPv4, UdpProtocol, RawPackets.Udp(1, 2, []));
        tooLong[17] = 200;
        AssertDrop(FromPod(Client, tooLong), DropReason.InvalidPacket);
    }

    [Fact]
    public void Every_tracked_protocol_opens_a_connection_and_its_replies_pass()
    {
        Node.Datapath.SetPolicy(1, Policies.Ingress());
        (byte Protocol, byte[] Out, byte[] Back)[] cases =
        [
            (TcpProtocol, RawPackets.Tcp(1000, 80, Syn), RawPackets.Tcp(80, 1000, SynAck)),
            (UdpProtocol, RawPackets.Udp(1000, 53, [1]), RawPackets.Udp(53, 1000, [1])),
            (Sctp, [0x3, 0xe8, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0], [0, 80, 0x3, 0xe8, 0, 0, 0, 0, 0, 0, 0, 0]),
            (Icmp, [8, 0, 0, 0, 0, 7, 0, 1], [0, 0, 0, 0, 0, 7, 0, 1]),
        ];
        foreach (var (protocol, packet, back) in cases)
        {
            var reply = RawPackets.IPv4(Server.IPv4, Client.IPv4, protocol, back);
            AssertDrop(FromPod(Server, reply), DropReason.PolicyDenied);
            AssertPass(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, protocol, packet)));
            AssertPass(FromPod(Server, reply));
        }
    }

    [Fact]
    public void An_echo_request_is_no_reply_to_one_with_the_same_identifier()
    {
        Node.Datapath.SetPolicy(1, Policies.Ingress());
        byte[] request = [8, 0, 0, 0, 0, 7, 0, 1];
        AssertPass(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, Icmp, request)));
        AssertDrop(FromPod(Server, RawPackets.IPv4(Server.IPv4, Client.IPv4, Icmp, request)), DropReason.PolicyDenied);
    }

    [Fact]
    public void Policy_knows_icmp_types()
    {
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Entry(0, IpProtocol.Icmp, 8, 16, PolicyAction.Allow, "ping")));
        AssertPass(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, Icmp, [8, 0, 0, 0, 0, 7, 0, 1])));
        AssertDrop(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, Icmp, [13, 0, 0, 0, 0, 7, 0, 1, .. new byte[12]])), DropReason.PolicyDenied);
    }

    [Fact]
    public void An_icmp_error_passes_with_its_connection_only()
    {
        Node.Datapath.SetPolicy(1, Policies.Ingress());
        var question = RawPackets.IPv4(Client.IPv4, Server.IPv4, UdpProtocol, RawPackets.Udp(1000, 53, [1, 2, 3, 4]));
        var error = RawPackets.IPv4(Server.IPv4, Client.IPv4, Icmp, [3, 3, 0, 0, 0, 0, 0, 0, .. question[14..42]]);
        AssertDrop(FromPod(Server, error), DropReason.PolicyDenied);
        AssertPass(FromPod(Client, question));
        AssertPass(FromPod(Server, error));

        // About the same connection, but to somebody else.
        var third = Node.AddPod(3, 7, 1003);
        Node.Datapath.SetPolicy(3, Policies.Ingress());
        var astray = RawPackets.IPv4(Server.IPv4, third.IPv4, Icmp, [3, 3, 0, 0, 0, 0, 0, 0, .. question[14..42]]);
        AssertDrop(FromPod(Server, astray), DropReason.PolicyDenied);
    }

    [Fact]
    public void Later_fragments_follow_their_first_one()
    {
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Entry(0, IpProtocol.Udp, 53, 16, PolicyAction.Allow, "dns")));
        const ushort MoreFragments = 0x2000, SecondPart = 2;
        var later = RawPackets.IPv4(Client.IPv4, Server.IPv4, UdpProtocol, new byte[16], id: 9, fragment: SecondPart);
        AssertDrop(FromPod(Client, later), DropReason.FirstFragmentNotFound);
        AssertPass(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, UdpProtocol, RawPackets.Udp(1000, 53, new byte[8]), id: 9, fragment: MoreFragments)));
        AssertPass(FromPod(Client, later));
        Assert.Equal(Drop, FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, UdpProtocol, new byte[16], id: 10, fragment: SecondPart)).Action);
    }

    [Fact]
    public void Extension_headers_are_walked_and_too_many_are_refused()
    {
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(0, 80, PolicyAction.Allow, "web")));
        const byte Destination = 60;
        byte[] Options(int count) => [.. Enumerable.Range(1, count).SelectMany(i => new byte[] { i == count ? TcpProtocol : Destination, 0, 1, 4, 0, 0, 0, 0 })];
        AssertPass(FromPod(Client, RawPackets.IPv6(Client.IPv6, Server.IPv6, Destination, [.. Options(3), .. RawPackets.Tcp(1000, 80, Syn)])));
        AssertDrop(FromPod(Client, RawPackets.IPv6(Client.IPv6, Server.IPv6, Destination, [.. Options(3), .. RawPackets.Tcp(1000, 81, Syn)])), DropReason.PolicyDenied);
        AssertDrop(FromPod(Client, RawPackets.IPv6(Client.IPv6, Server.IPv6, Destination, [.. Options(7), .. RawPackets.Tcp(1000, 80, Syn)])), DropReason.InvalidIPv6ExtensionHeader);
    }

    [Fact]
    public void A_connection_expires_and_a_closed_one_does_so_sooner()
    {
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Syn)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, SynAck)));
        Node.Datapath.SetPolicy(1, Policies.Ingress());
        Clock(_now += 21_600 * Second);
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, Ack)));

        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Fin)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, Fin)));
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Ack)));
        Clock(_now += 11 * Second);
        AssertDrop(FromPod(Server, Segment(Server, Client, 80, 1000, Ack)), DropReason.PolicyDenied);
        Assert.Single(Node.Events.Of(EventKind.End));
    }

    [Fact]
    public void That_a_server_answers_is_reported_at_once_and_once()
    {
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Syn)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, SynAck)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, SynAck)));

        var seen = Assert.Single(Node.Events.Of(EventKind.Summary));
        Assert.Equal((SynAck, 0UL, 1UL), (seen.TcpFlags, seen.Packets, seen.ReplyPackets));
    }

    [Fact]
    public void Summaries_come_at_most_every_five_seconds_with_counts_of_both_directions()
    {
        var there = Segment(Client, Server, 1000, 80, Ack);
        var back = Segment(Server, Client, 80, 1000, Ack);
        AssertPass(FromPod(Client, there));
        for (var i = 0; i < 3; i++) AssertPass(FromPod(Client, there));
        for (var i = 0; i < 2; i++) AssertPass(FromPod(Server, back));
        Assert.Empty(Node.Events.Of(EventKind.Summary));
        Clock(_now += 5 * Second);
        AssertPass(FromPod(Client, there));
        AssertPass(FromPod(Client, there));

        var seen = Assert.Single(Node.Events.Of(EventKind.Summary));
        Assert.Equal((4UL, 160UL, 2UL, 80UL), (seen.Packets, seen.Bytes, seen.ReplyPackets, seen.ReplyBytes));
    }

    [Fact]
    public void Equal_drops_are_reported_at_once_then_counted()
    {
        Node.Datapath.SetPolicy(2, Policies.Ingress());
        var packet = Segment(Client, Server, 1000, 80, Syn);
        for (var i = 0; i < 10; i++) Assert.Equal(Drop, FromPod(Client, packet).Action);
        Assert.Single(Node.Events.Of(EventKind.Drop));
        Clock(_now += 5 * Second);
        Assert.Equal(Drop, FromPod(Client, packet).Action);
        Assert.Equal([0u, 9u], Node.Events.Of(EventKind.Drop).Select(seen => seen.Suppressed));

        var counter = Assert.Single(Node.Datapath.ReadCounters(), counter => counter.Verdict == Verdict.Dropped);
        Assert.Equal(new EndpointCounter(2, TrafficDirection.Ingress, Verdict.Dropped, DropReason.PolicyDenied, 11, 440), counter);
    }

    [Fact]
    public void A_new_policy_reaches_an_established_connection_on_the_openers_next_packet()
    {
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Syn)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, SynAck)));

        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(0, 80, PolicyAction.Allow, "web")));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, Ack)));
        Assert.Empty(Node.Events.Of(EventKind.Changed));
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Ack)));
        Assert.Equal(Policies.Rule("web"), Node.Datapath.ResolveRule(Assert.Single(Node.Events.Of(EventKind.Changed)).IngressRule));

        Node.Datapath.SetPolicy(2, Policies.Ingress());
        AssertDrop(FromPod(Client, Segment(Client, Server, 1000, 80, Ack)), DropReason.PolicyDenied);
        AssertDrop(FromPod(Server, Segment(Server, Client, 80, 1000, Ack)), DropReason.PolicyDenied);

        Node.Datapath.SetPolicy(2, Policies.Open);
        AssertPass(FromPod(Client, Segment(Client, Server, 1000, 80, Ack)));
        AssertPass(FromPod(Server, Segment(Server, Client, 80, 1000, Ack)));
    }

    [Fact]
    public void Unknown_addresses_are_unmanaged_inside_a_pod_range_and_world_outside()
    {
        foreach (var (address, identity) in new[] { ("192.168.7.7", SecurityIdentity.Unmanaged), ("8.8.8.8", SecurityIdentity.World), ("172.18.0.11", SecurityIdentity.Host) })
        {
            Node.Events.Seen.Clear();
            Assert.Equal((Pass, MarkOut), Outcome(FromPod(Client, RawPackets.IPv4(Client.IPv4, address, TcpProtocol, RawPackets.Tcp(1000, 80, Syn)))));
            Assert.Equal(identity.Value, Assert.Single(Node.Events.Seen).DstIdentity);
        }
    }

    [Fact]
    public void What_the_node_sends_is_decided_at_the_pod()
    {
        var packet = RawPackets.IPv4("172.18.0.11", Server.IPv4, TcpProtocol, RawPackets.Tcp(1000, 80, Syn));
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(1, 81, PolicyAction.Allow, "probe")));
        AssertDrop(Run("to_pod", Server.Spec.InterfaceName, packet), DropReason.PolicyDenied);
        Assert.Equal(Pass, Run("to_pod", Server.Spec.InterfaceName, packet, MarkToPod).Action);
        AssertDrop(Run("to_pod", Server.Spec.InterfaceName, packet, MarkOut), DropReason.PolicyDenied);
        Assert.Equal(Pass, Run("to_pod", Server.Spec.InterfaceName, packet, MarkUpstream).Action);
    }

    [Fact]
    public void A_pods_packet_leaves_the_node_only_when_decided()
    {
        var packet = RawPackets.IPv4(Client.IPv4, "8.8.8.8", TcpProtocol, RawPackets.Tcp(1000, 80, Syn));
        AssertDrop(Run("to_uplink", "uplink", packet), DropReason.InvalidSourceIp);
        Assert.Equal(Pass, Run("to_uplink", "uplink", packet, MarkOut).Action);
        Assert.Equal(Pass, Run("to_uplink", "uplink", packet, MarkUpstream).Action);
        Assert.Equal(Pass, Run("to_uplink", "uplink", RawPackets.IPv4("172.18.0.11", "8.8.8.8", TcpProtocol, RawPackets.Tcp(1, 2, Syn))).Action);
    }

    [Fact]
    public void A_pod_cannot_use_a_proxys_connection()
    {
        var packet = Segment(Client, Server, 61000, 80, Syn);
        Assert.Equal(Pass, Run("to_pod", Server.Spec.InterfaceName, packet, MarkUpstream).Action);
        AssertDrop(FromPod(Client, Segment(Client, Server, 61000, 80, Ack)), DropReason.PuntProxy);
    }

    [Fact]
    public void A_redirect_is_marked_for_local_delivery()
    {
        Node.Datapath.SetProxyPorts(9, 9);
        Node.Datapath.SetPolicy(1, Policies.Egress(Policies.Tcp(0, 80, PolicyAction.Redirect, "l7"), Policies.Entry(0, IpProtocol.Icmp, 8, 16, PolicyAction.Redirect, "l7")));
        Assert.Equal((Pass, MarkProxy), Outcome(FromPod(Client, Segment(Client, Server, 1000, 80, Syn))));
        AssertDrop(FromPod(Server, Segment(Server, Client, 80, 1000, SynAck)), DropReason.PuntProxy);
        AssertDrop(FromPod(Client, RawPackets.IPv4(Client.IPv4, Server.IPv4, Icmp, [8, 0, 0, 0, 0, 7, 0, 1])), DropReason.ProxyRedirectionNotSupported);
    }

    [Fact]
    public void Each_program_stays_far_from_the_verifiers_limits()
    {
        Assert.Equal(["from_pod", "from_uplink", "to_pod", "to_uplink"], Node.Datapath.Programs.Select(program => program.Name).Order());
        foreach (var program in Node.Datapath.Programs)
        {
            TestContext.Current.SendDiagnosticMessage($"{program.Name}: {program.VerifiedInstructions} instructions verified, stack {string.Join('+', program.StackBytes)}");
            Assert.InRange(program.VerifiedInstructions, 1, 200_000);
            Assert.InRange(program.StackBytes.Max(), 1, 512);
        }
    }

    private static byte[] Segment(TestPod from, TestPod to, ushort source, ushort destination, byte flags) =>
        RawPackets.IPv4(from.IPv4, to.IPv4, TcpProtocol, RawPackets.Tcp(source, destination, flags));

    private static (uint Action, uint Mark) Outcome(TestRunResult result) => (result.Action, result.Mark);

    private void Clock(ulong now) => _probe.Configure(now, dryDelivery: true);

    private TestRunResult FromPod(TestPod pod, byte[] frame) => Run("from_pod", pod.Spec.InterfaceName, frame);

    private TestRunResult Run(string program, string interfaceName, byte[] frame, uint mark = 0)
    {
        var result = Node.Namespace.Run(() => _probe.Run(program, frame, Interfaces.IndexOf(interfaceName), mark));
        Node.ReadEvents();
        return result;
    }

    private static void AssertPass(TestRunResult result) => Assert.Equal((Pass, MarkToPod), Outcome(result));

    private void AssertDrop(TestRunResult result, DropReason reason)
    {
        Assert.Equal(Drop, result.Action);
        Assert.Equal(reason, (DropReason)Node.Events.Seen[^1].Reason);
    }
}
