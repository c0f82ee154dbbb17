using System.Text;
using Google.Protobuf;
using Weir.Model;
using Weir.Observe.Wire;
using static Weir.Observe.Wire.Flows.Flow;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Writes flows as <c>GetFlowsResponse</c> bytes: what <see cref="FlowMessage"/> builds, without building it.</summary>
/// <remarks>One reader's own; not thread-safe. In steady state an L3/L4 flow allocates nothing.</remarks>
internal sealed class FlowEncoder(FlowMask mask, NodeFacts facts)
{
    private const int ResponseFlow = 1, ResponseNodeName = 1000, ResponseTime = 1001, MostAddresses = 4096;
    private readonly BackwardWriter _to = new();
    private readonly FlowFrame _frame = new();
    private readonly Dictionary<IpAddress, byte[]> _addresses = [];

    /// <summary>The response for <paramref name="flow"/>; the frame is overwritten by the next call.</summary>
    public FlowFrame Encode(in Flow flow)
    {
        _to.Clear();
        WriteTime(ResponseTime, flow.TimeNanoseconds);
        _to.Text(ResponseNodeName, flow.NodeName);
        if (mask.IsPlain)
        {
            var end = _to.Length;
            WriteFlow(flow);
            _to.EndMessage(ResponseFlow, end);
        }
        else
        {
            _to.Bytes(ResponseFlow, mask.Apply(FlowMessage.Of(flow, facts)).ToByteArray());
        }

        _frame.Bytes = _to.Written;
        return _frame;
    }

    // In the reverse order of the field numbers, as the writer runs backwards.
    private void WriteFlow(in Flow flow)
    {
        if (mask.Has(SummaryFieldNumber)) _to.Text(SummaryFieldNumber, FlowSummary.Of(flow));
        if (mask.Has(AggregateFieldNumber)) WriteAggregate(flow);
        WriteRules(flow.IngressRules, IngressAllowedByFieldNumber, IngressDeniedByFieldNumber, wantDenied: true);
        WriteRules(flow.EgressRules, EgressAllowedByFieldNumber, EgressDeniedByFieldNumber, wantDenied: true);
        WriteRules(flow.IngressRules, IngressAllowedByFieldNumber, IngressDeniedByFieldNumber, wantDenied: false);
        WriteRules(flow.EgressRules, EgressAllowedByFieldNumber, EgressDeniedByFieldNumber, wantDenied: false);
        if (mask.Has(NodeLabelsFieldNumber))
        {
            for (var i = facts.Labels.Count - 1; i >= 0; i--) _to.Item(NodeLabelsFieldNumber, facts.Labels[i]);
        }

        if (mask.Has(TraceReasonFieldNumber)) _to.Number(TraceReasonFieldNumber, (ulong)flow.Reason);
        if (mask.Has(UuidFieldNumber)) WriteUuid(flow);
        if (mask.Has(TraceContextFieldNumber)) WriteTraceContext(flow);
        if (mask.Has(ProxyPortFieldNumber)) _to.Number(ProxyPortFieldNumber, flow.ProxyPort);
        if (mask.Has(InterfaceFieldNumber)) WriteInterface(flow.InterfaceIndex);
        if (mask.Has(IsReplyFieldNumber) && flow.IsReply is { } isReply) Wrap(IsReplyFieldNumber, isReply ? 1u : 0u);
        if (mask.Has(DropReasonDescFieldNumber) && flow.Verdict == Verdict.Dropped) _to.Number(DropReasonDescFieldNumber, (ulong)flow.DropReason);
        if (mask.Has(TraceObservationPointFieldNumber)) _to.Number(TraceObservationPointFieldNumber, (ulong)flow.Point);
        if (mask.Has(PolicyMatchTypeFieldNumber) && flow.Kind == FlowKind.PolicyVerdict) _to.Number(PolicyMatchTypeFieldNumber, (ulong)flow.Match);
        if (mask.Has(TrafficDirectionFieldNumber)) _to.Number(TrafficDirectionFieldNumber, (ulong)flow.Direction);
        if (mask.Has(DestinationServiceFieldNumber) && flow.DestinationService is { } to) _to.Bytes(DestinationServiceFieldNumber, SharedBytes.Of(to));
        if (mask.Has(SourceServiceFieldNumber) && flow.SourceService is { } from) _to.Bytes(SourceServiceFieldNumber, SharedBytes.Of(from));
        if (mask.Has(EventTypeFieldNumber)) WriteEventType(flow);
        if (mask.Has(ReplyFieldNumber)) _to.Flag(ReplyFieldNumber, flow.IsReply ?? false);
        if (mask.Has(L7FieldNumber) && flow.Kind == FlowKind.L7) _to.Bytes(L7FieldNumber, FlowMessage.Layer7Of(flow).ToByteArray());
        if (mask.Has(DestinationNamesFieldNumber)) WriteNames(DestinationNamesFieldNumber, flow.Destination);
        if (mask.Has(SourceNamesFieldNumber)) WriteNames(SourceNamesFieldNumber, flow.Source);
        if (mask.Has(NodeNameFieldNumber)) _to.Text(NodeNameFieldNumber, flow.NodeName);
        if (mask.Has(TypeFieldNumber)) _to.Number(TypeFieldNumber, (ulong)(flow.Kind == FlowKind.L7 ? Msg.FlowType.L7 : Msg.FlowType.L3L4));
        WriteEnd(DestinationFieldNumber, flow.Destination);
        WriteEnd(SourceFieldNumber, flow.Source);
        if (mask.Has(L4FieldNumber)) WriteLayer4(flow);
        if (mask.Has(IPFieldNumber)) WriteIp(flow);
        if (mask.Has(DropReasonFieldNumber) && flow.Verdict == Verdict.Dropped) _to.Number(DropReasonFieldNumber, (ulong)flow.DropReason);
        if (mask.Has(VerdictFieldNumber)) _to.Number(VerdictFieldNumber, (ulong)flow.Verdict);
        if (mask.Has(TimeFieldNumber)) WriteTime(TimeFieldNumber, flow.TimeNanoseconds);
    }

    private void WriteTime(int field, long nanoseconds)
    {
        var (seconds, rest) = FlowMessage.SplitTime(nanoseconds);
        var end = _to.Length;
        _to.Number(2, (ulong)rest);
        _to.Number(1, (ulong)seconds);
        _to.EndMessage(field, end);
    }

    private void WriteUuid(in Flow flow)
    {
        Span<byte> text = stackalloc byte[36];
        FlowUuid.Of(flow).TryFormat(text, out _);
        _to.Bytes(UuidFieldNumber, text);
    }

    private void WriteAggregate(in Flow flow)
    {
        if (FlowMessage.CountField(flow) is not (var field and not 0)) return;
        var end = _to.Length;
        _to.Number(field, flow.Suppressed + 1UL);
        _to.EndMessage(AggregateFieldNumber, end);
    }

    private void WriteRules(RuleSet? rules, int allowedField, int deniedField, bool wantDenied)
    {
        if (rules is null || FlowMessage.IsAllowed(rules) == wantDenied) return;
        var field = wantDenied ? deniedField : allowedField;
        if (!mask.Has(field)) return;
        var policies = SharedBytes.Of(rules);
        for (var i = policies.Length - 1; i >= 0; i--) _to.Bytes(field, policies[i]);
    }

    private void WriteTraceContext(in Flow flow)
    {
        if (FlowMessage.TraceIdOf(flow) is not { } trace) return;
        var end = _to.Length;
        _to.Text(Msg.TraceParent.TraceIdFieldNumber, trace);
        _to.EndMessage(Msg.TraceContext.ParentFieldNumber, end);
        _to.EndMessage(TraceContextFieldNumber, end);
    }

    private void WriteInterface(uint index)
    {
        if (index == 0) return;
        var end = _to.Length;
        _to.Text(Msg.NetworkInterface.NameFieldNumber, facts.InterfaceName(index));
        _to.Number(Msg.NetworkInterface.IndexFieldNumber, index);
        _to.EndMessage(InterfaceFieldNumber, end);
    }

    private void Wrap(int field, ulong value)
    {
        var end = _to.Length;
        _to.Number(1, value);
        _to.EndMessage(field, end);
    }

    private void WriteEventType(in Flow flow)
    {
        var end = _to.Length;
        _to.Number(Msg.CiliumEventType.SubTypeFieldNumber, (ulong)FlowSubType.Of(flow));
        _to.Number(Msg.CiliumEventType.TypeFieldNumber, (ulong)flow.Kind);
        _to.EndMessage(EventTypeFieldNumber, end);
    }

    private void WriteNames(int field, Endpoint? endpoint)
    {
        if (endpoint is null) return;
        for (var i = endpoint.Names.Count - 1; i >= 0; i--) _to.Item(field, endpoint.Names[i]);
    }

    private void WriteEnd(int field, Endpoint? endpoint)
    {
        if (endpoint is null) return;
        if (mask.PartsOf(field) is not { } parts)
        {
            _to.Bytes(field, SharedBytes.Of(endpoint));
        }
        else if (parts.Count > 0)
        {
            var end = _to.Length;
            SharedBytes.WriteParts(_to, endpoint, parts);
            _to.EndMessage(field, end);
        }
    }

    private void WriteLayer4(in Flow flow)
    {
        var kind = FlowMessage.Layer4Field(flow.Protocol);
        if (kind == 0) return;
        var end = _to.Length;
        if (kind == Msg.Layer4.TCPFieldNumber)
        {
            var flags = _to.Length;
            for (var bit = 7; bit >= 0; bit--) _to.Flag(bit + 1, ((int)flow.TcpFlags >> bit & 1) != 0); // the fields have the order of the bits
            _to.EndMessage(Msg.TCP.FlagsFieldNumber, flags);
        }

        _to.Number(2, flow.DestinationPort);
        _to.Number(1, flow.SourcePort);
        _to.EndMessage(kind, end);
        _to.EndMessage(L4FieldNumber, end);
    }

    private void WriteIp(in Flow flow)
    {
        var end = _to.Length;
        _to.Number(Msg.IP.IpVersionFieldNumber, flow.SourceAddress.IsIPv4 ? 1u : 2u);
        _to.Bytes(Msg.IP.DestinationFieldNumber, TextOf(flow.DestinationAddress));
        _to.Bytes(Msg.IP.SourceFieldNumber, TextOf(flow.SourceAddress));
        _to.EndMessage(IPFieldNumber, end);
    }

    private byte[] TextOf(IpAddress address)
    {
        if (_addresses.TryGetValue(address, out var text)) return text;
        if (_addresses.Count == MostAddresses) _addresses.Clear();
        text = Encoding.ASCII.GetBytes(address.ToString());
        _addresses.Add(address, text);
        return text;
    }
}
