using System.Buffers.Binary;
using System.Collections.Frozen;
using Weir.Agent.Evidence;
using Weir.Datapath.Abi;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Observe.Ring;
using Xunit;

namespace Weir.Unit.Agent;

public sealed class EventTranslatorTests
{
    private static readonly RuleSet _allow = new(DecisionBasis.Allow, [new RuleOrigin("CiliumNetworkPolicy", "pets", "p", "egress", 0)]);
    private static readonly RuleSet _deny = new(DecisionBasis.DefaultDeny, [new RuleOrigin("CiliumNetworkPolicy", "pets", "q", "", -1)]);
    private readonly FlowRing _ring = new(64);
    private readonly EventTranslator _translator;

    public EventTranslatorTests() => _translator = new EventTranslator(
        _ring, new FlowEnricher("default"), id => id switch { 0 => RuleSet.NoPolicy, 1 => _allow, _ => _deny }, "node1")
    {
        WallClockOffset = 1_000,
    };

    [Fact]
    public void A_new_connection_shows_both_verdicts_and_the_trace()
    {
        var seen = Seen(kind: 1, flags: 0x02 | 0x04);
        seen.EgressRule = 1;
        seen.IngressRule = 1;
        seen.Match = 0x21;
        _translator.OnEvent(seen);

        var flows = Read();
        Assert.Equal([FlowKind.PolicyVerdict, FlowKind.PolicyVerdict, FlowKind.Trace], flows.Select(f => f.Kind));
        Assert.Equal([TrafficDirection.Egress, TrafficDirection.Ingress, TrafficDirection.Ingress], flows.Select(f => f.Direction));
        Assert.Equal((PolicyMatch.L3Only, PolicyMatch.L3L4), (flows[0].Match, flows[1].Match));
        Assert.Equal((_allow, _allow), (flows[2].EgressRules, flows[2].IngressRules));
        Assert.Equal((1_500L, (ushort)80), (flows[2].TimeNanoseconds, flows[2].DestinationPort));
    }

    [Fact]
    public void A_side_without_policy_has_no_verdict_to_show()
    {
        _translator.OnEvent(Seen(kind: 1, flags: 0x02 | 0x04));

        var flow = Assert.Single(Read());
        Assert.Equal((FlowKind.Trace, RuleSet.NoPolicy, RuleSet.NoPolicy), (flow.Kind, flow.EgressRules, flow.IngressRules));
    }

    [Theory]
    [InlineData(0x02 | 0x08, TrafficDirection.Egress)]
    [InlineData(0x02 | 0x04, TrafficDirection.Ingress)]
    public void A_denial_names_the_side_that_denied_and_its_rule(byte flags, TrafficDirection direction)
    {
        var seen = Seen(kind: 2, flags);
        seen.Verdict = 2;
        seen.Reason = 133;
        (seen.EgressRule, seen.IngressRule) = direction == TrafficDirection.Egress ? (2u, 0u) : (1u, 2u);
        _translator.OnEvent(seen);

        var flows = Read();
        Assert.Equal([FlowKind.PolicyVerdict, FlowKind.Drop], flows.Select(f => f.Kind));
        Assert.All(flows, f =>
        {
            Assert.Equal((direction, Verdict.Dropped, DropReason.PolicyDenied), (f.Direction, f.Verdict, f.DropReason));
            Assert.Equal(_deny, direction == TrafficDirection.Egress ? f.EgressRules : f.IngressRules);
            Assert.Null(direction == TrafficDirection.Egress ? f.IngressRules : f.EgressRules);
        });
    }

    [Theory]
    [InlineData(0x00, 5, 3)]
    [InlineData(0x01, 3, 5)]
    public void A_record_counts_in_its_own_direction(byte flags, ulong packets, ulong replyPackets)
    {
        var seen = Seen(kind: 4, flags);
        (seen.Packets, seen.ReplyPackets, seen.Bytes, seen.ReplyBytes) = (5, 3, 500, 300);
        _translator.OnEvent(seen);

        var flow = Assert.Single(Read());
        Assert.Equal((packets, replyPackets, packets * 100, replyPackets * 100), (flow.Packets, flow.ReplyPackets, flow.Bytes, flow.ReplyBytes));
    }

    [Fact]
    public void In_a_reply_the_service_is_the_sender()
    {
        var enricher = new FlowEnricher("default");
        var service = new ServiceReference("pets", "order-service");
        enricher.Publish(DirectorySnapshot.Empty with
        {
            Services = new Dictionary<ServiceAddress, ServiceReference> { [new(IpAddress.Parse("10.0.96.102"), 0)] = service }.ToFrozenDictionary(),
        });
        var translator = new EventTranslator(_ring, enricher, _ => RuleSet.NoPolicy, "node1");
        var (asked, answered) = (Seen(kind: 4, flags: 0x10), Seen(kind: 4, flags: 0x11));
        IpAddress.Parse("10.0.96.102").CopyTo(asked.Frontend);
        IpAddress.Parse("10.0.96.102").CopyTo(answered.Frontend);
        translator.OnEvent(asked);
        translator.OnEvent(answered);

        var flows = Read();
        Assert.Equal((null, service), (flows[0].SourceService, flows[0].DestinationService));
        Assert.Equal((service, null), (flows[1].SourceService, flows[1].DestinationService));
    }

    [Fact]
    public void Translating_allocates_nothing_once_identities_are_known()
    {
        var seen = Seen(kind: 1, flags: 0x02 | 0x04);
        seen.EgressRule = 1;
        _translator.OnEvent(seen);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _translator.OnEvent(seen);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static EventAbi Seen(byte kind, byte flags)
    {
        var seen = new EventAbi
        {
            TimeNs = 500,
            Kind = kind,
            Verdict = 1,
            Protocol = 6,
            Flags = flags,
            Point = (byte)ObservationPoint.ToEndpoint,
            SrcIdentity = 300,
            DstIdentity = 301,
            SrcEndpoint = 1,
            DstEndpoint = 2,
            SrcPort = BinaryPrimitives.ReverseEndianness((ushort)40000),
            DstPort = BinaryPrimitives.ReverseEndianness((ushort)80),
        };
        IpAddress.Parse("192.168.1.1").CopyTo(seen.Src);
        IpAddress.Parse("192.168.1.2").CopyTo(seen.Dst);
        return seen;
    }

    private List<Flow> Read()
    {
        var cursor = new FlowCursor(_ring, 0);
        var flows = new List<Flow>();
        while (cursor.TryNext(out var flow, out _, out _)) flows.Add(flow);
        return flows;
    }
}
