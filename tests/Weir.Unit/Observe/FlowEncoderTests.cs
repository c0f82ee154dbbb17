using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Weir.Model;
using Weir.Observe.Filters;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class FlowEncoderTests
{
    private static readonly NodeFacts _facts = new() { Labels = ["zone=a", "kubernetes.io/os=linux"], InterfaceName = i => i == 7 ? "lxc7" : null };

    private static readonly Gen<Flow> _flows =
        from kind in Gen.Int[0, 3].Select(i => new[] { FlowKind.Drop, FlowKind.Trace, FlowKind.PolicyVerdict, FlowKind.L7 }[i])
        from verdict in Gen.Enum<Verdict>()
        from direction in Gen.Enum<TrafficDirection>()
        from protocol in Gen.Int[0, 5].Select(i => new[] { IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmp, IpProtocol.IcmpV6, (IpProtocol)89 }[i])
        from flags in Gen.Byte
        from time in Gen.Long[-2_000_000_000, 4_000_000_000_000_000_000]
        from ports in Gen.Select(Gen.UShort, Gen.UShort)
        from address in Gen.Select(Gen.ULong, Gen.ULong)
        from isReply in Gen.Int[0, 2].Select(i => i == 0 ? (bool?)null : i == 1)
        from rules in Gen.Int[0, 3].Select(i => new RuleSet?[] { null, RuleSet.NoPolicy, new RuleSet(DecisionBasis.Allow, [Flows.Rule]), new RuleSet(DecisionBasis.Deny, [Flows.Rule, Flows.Rule with { Index = -1 }]) }[i])
        from layer7 in Gen.Int[0, 4]
        from rest in Gen.Select(Gen.UInt[0, 8], Gen.UInt[0, 3], Gen.Enum<ObservationPoint>(), Gen.Enum<TraceReason>())
        select Make(kind, verdict, direction, protocol, flags, time, ports, address, isReply, rules, layer7, rest);

    [Fact]
    public void What_is_written_reads_as_what_is_built() => _flows.Sample(flow =>
    {
        var encoder = new FlowEncoder(FlowMask.All, _facts);

        var read = GetFlowsResponse.Parser.ParseFrom(encoder.Encode(flow).Bytes.Span);

        Assert.Equal(FlowMessage.Of(flow, _facts), read.Flow);
        Assert.Equal((flow.NodeName ?? "", FlowMessage.TimeOf(flow.TimeNanoseconds)), (read.NodeName, read.Time));
    });

    [Theory]
    [InlineData("time,verdict,ethernet,IP,l4,source.identity,source.namespace,source.pod_name,destination.identity,Type,node_name,l7,event_type,is_reply,Summary,ip_trace_id", true)]
    [InlineData("source,destination.labels,uuid,egress_allowed_by,ingress_denied_by,interface,node_labels,aggregate", true)]
    [InlineData("l4.TCP.destination_port,source.labels,trace_context.parent", false)]
    public void A_mask_leaves_what_it_names(string paths, bool isPlain)
    {
        var wanted = new FieldMask();
        wanted.Paths.AddRange(paths.Split(','));
        var mask = FlowMask.Of(wanted);
        Assert.Equal(isPlain, mask.IsPlain);
        _flows.Sample(flow =>
        {
            var expected = new Weir.Observe.Wire.Flows.Flow();
            wanted.Merge(FlowMessage.Of(flow, _facts), expected);

            Assert.Equal(expected, GetFlowsResponse.Parser.ParseFrom(new FlowEncoder(mask, _facts).Encode(flow).Bytes.Span).Flow);
        });
    }

    [Fact]
    public void A_mask_that_names_no_field_is_refused_by_name()
    {
        var mask = new FieldMask();
        mask.Paths.Add("source.colour");

        Assert.Contains("'source.colour' names no field", Assert.Throws<FilterException>(() => FlowMask.Of(mask)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_that_is_written_again_allocates_nothing()
    {
        var encoder = new FlowEncoder(FlowMask.All, _facts);
        var flow = Flows.Forwarded(3002);
        for (var i = 0; i < 1000; i++) encoder.Encode(flow);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) encoder.Encode(flow);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Flows_of_one_moment_have_identifiers_of_their_own()
    {
        var verdict = Flows.Drop();
        verdict.Sequence = 1;

        Assert.NotEqual(FlowUuid.Of(Flows.Drop()), FlowUuid.Of(verdict));
        Assert.Equal(FlowUuid.Of(Flows.Drop()), FlowUuid.Of(Flows.Drop()));
    }

    private static Flow Make(
        FlowKind kind, Verdict verdict, TrafficDirection direction, IpProtocol protocol, byte flags, long time, (ushort From, ushort To) ports,
        (ulong High, ulong Low) address, bool? isReply, RuleSet? rules, int layer7, (uint Interface, uint Suppressed, ObservationPoint Point, TraceReason Reason) rest)
    {
        var flow = Flows.Drop();
        (flow.Kind, flow.Verdict, flow.Direction, flow.Protocol, flow.TcpFlags) = (kind, verdict, direction, protocol, (TcpFlags)flags);
        (flow.TimeNanoseconds, flow.SourcePort, flow.DestinationPort, flow.IsReply) = (time, ports.From, ports.To, isReply);
        flow.SourceAddress = new IpAddress(address.High, address.Low);
        (flow.EgressRules, flow.IngressRules) = (rules, rules is null ? RuleSet.LocalHost : null);
        (flow.InterfaceIndex, flow.Suppressed, flow.Point, flow.Reason) = (rest.Interface, rest.Suppressed, rest.Point, rest.Reason);
        flow.ProxyPort = ports.To;
        flow.DestinationService = new ServiceReference("pets", "order-service");
        if (kind != FlowKind.L7) return flow;
        if (layer7 % 2 == 0) flow.Dns = Flows.Dns(isResponse: layer7 == 0);
        else flow.Http = Flows.Http(isResponse: layer7 == 1);
        return flow;
    }
}
