using System.Buffers.Binary;
using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Observe.Ring;

namespace Weir.Agent.Evidence;

/// <summary>Turns what the datapath reports into flow records, written in place into the node's ring.</summary>
/// <remarks>
/// One event makes one to three records, as Hubble's users expect them: a policy verdict for each side that policy
/// decided here, and the trace or drop itself. Nothing is allocated once every identity has been met.
/// </remarks>
public sealed class EventTranslator(FlowRing ring, FlowEnricher enricher, Func<uint, RuleSet> resolve, string nodeName, Lock? writing = null) : IEventSink
{
    private const byte KindNew = 1, KindDrop = 2, KindChanged = 3;
    private const byte FlagReply = 0x01, FlagEgressHere = 0x02, FlagIngressHere = 0x04, FlagDropEgress = 0x08, FlagTranslated = 0x10;

    private readonly Lock _writing = writing ?? new Lock();
    private HeldEvents? _held;

    /// <summary>What to add to the datapath's clock (CLOCK_BOOTTIME) to get nanoseconds since 1970; set before each batch.</summary>
    public long WallClockOffset { get; set; }

    /// <summary>Whether events wait for <see cref="WriteHeld"/>.</summary>
    internal bool HasHeld => _held is { Any: true };

    /// <summary>Lets events of connections outwards wait a moment for the name of where they go to.</summary>
    /// <param name="isNamed">Whether policy of an endpoint speaks of names.</param>
    /// <param name="time">The clock.</param>
    internal void HoldForNames(Func<uint, bool> isNamed, TimeProvider time) => _held = new HeldEvents(
        seen => seen.Kind != KindNew || seen.SrcEndpoint == 0 || seen.DstEndpoint != 0 || !isNamed(seen.SrcEndpoint)
            || !(new SecurityIdentity(seen.DstIdentity) is var to && (to == SecurityIdentity.World || to.IsLocal))
            || enricher.Names.Knows(seen.SrcEndpoint, IpAddress.FromBytes(seen.Dst)),
        time);

    /// <summary>Writes the events that need not wait any longer.</summary>
    /// <returns>How many.</returns>
    internal int WriteHeld()
    {
        var count = 0;
        for (; _held is not null && _held.TryRelease(out var seen); count++)
        {
            lock (_writing) Write(seen);
        }

        return count;
    }

    /// <inheritdoc/>
    public void OnEvent(in EventAbi seen)
    {
        if (_held is not null && _held.TryHold(seen)) return;

        // The ring has one writer at a time, and what the proxies saw is written there too.
        lock (_writing) Write(seen);
    }

    private void Write(in EventAbi seen)
    {
        var egress = (seen.Flags & FlagEgressHere) != 0 ? resolve(seen.EgressRule) : null;
        var ingress = (seen.Flags & FlagIngressHere) != 0 ? resolve(seen.IngressRule) : null;
        switch (seen.Kind)
        {
            case KindDrop:
                WriteDrop(seen, egress, ingress);
                break;
            case KindNew or KindChanged:
                if (egress is { Basis: not DecisionBasis.NoPolicy }) WriteVerdict(seen, TrafficDirection.Egress, egress, null);
                if (ingress is { Basis: not DecisionBasis.NoPolicy }) WriteVerdict(seen, TrafficDirection.Ingress, null, ingress);
                WriteTrace(seen, egress, ingress, TraceReason.New);
                break;
            default:
                WriteTrace(seen, egress, ingress, (seen.Flags & FlagReply) != 0 ? TraceReason.Reply : TraceReason.Established);
                break;
        }
    }

    private void WriteDrop(in EventAbi seen, RuleSet? egress, RuleSet? ingress)
    {
        var byPolicy = seen.Reason is (byte)DropReason.PolicyDenied or (byte)DropReason.PolicyDeny;
        var direction = (seen.Flags & FlagDropEgress) != 0 || (ingress is null && seen.DstEndpoint == 0)
            ? TrafficDirection.Egress
            : TrafficDirection.Ingress;
        if (byPolicy)
        {
            // Only the side that denied has a verdict to show: the other was not asked, or said yes.
            if (direction == TrafficDirection.Egress) WriteVerdict(seen, direction, egress, null);
            else WriteVerdict(seen, direction, null, ingress);
        }

        ref var flow = ref Begin(seen, FlowKind.Drop, direction);
        flow.EgressRules = byPolicy && direction == TrafficDirection.Ingress ? null : egress;
        flow.IngressRules = byPolicy && direction == TrafficDirection.Egress ? null : ingress;
        flow.Suppressed = seen.Suppressed;
        ring.Publish();
    }

    private void WriteVerdict(in EventAbi seen, TrafficDirection direction, RuleSet? egress, RuleSet? ingress)
    {
        ref var flow = ref Begin(seen, FlowKind.PolicyVerdict, direction);
        flow.EgressRules = egress;
        flow.IngressRules = ingress;
        flow.Match = (PolicyMatch)(direction == TrafficDirection.Egress ? seen.Match & 0x0f : seen.Match >> 4);
        ring.Publish();
    }

    private void WriteTrace(in EventAbi seen, RuleSet? egress, RuleSet? ingress, TraceReason reason)
    {
        ref var flow = ref Begin(seen, FlowKind.Trace, seen.DstEndpoint != 0 ? TrafficDirection.Ingress : TrafficDirection.Egress);
        flow.EgressRules = egress;
        flow.IngressRules = ingress;
        flow.Reason = reason;

        // The event counts from the opener's side, the record in its own direction.
        var isReply = (seen.Flags & FlagReply) != 0;
        (flow.Packets, flow.ReplyPackets) = isReply ? (seen.ReplyPackets, seen.Packets) : (seen.Packets, seen.ReplyPackets);
        (flow.Bytes, flow.ReplyBytes) = isReply ? (seen.ReplyBytes, seen.Bytes) : (seen.Bytes, seen.ReplyBytes);
        ring.Publish();
    }

    private ref Flow Begin(in EventAbi seen, FlowKind kind, TrafficDirection direction)
    {
        ref var flow = ref ring.Open();
        flow = default;
        flow.TimeNanoseconds = (long)seen.TimeNs + WallClockOffset;
        flow.Kind = kind;
        flow.Direction = direction;
        flow.Verdict = (Verdict)seen.Verdict;
        flow.DropReason = (DropReason)seen.Reason;
        flow.Point = (ObservationPoint)seen.Point;
        flow.Protocol = (IpProtocol)seen.Protocol;
        flow.TcpFlags = (TcpFlags)seen.TcpFlags;
        flow.SourceAddress = IpAddress.FromBytes(seen.Src);
        flow.DestinationAddress = IpAddress.FromBytes(seen.Dst);
        flow.SourcePort = BinaryPrimitives.ReverseEndianness(seen.SrcPort);
        flow.DestinationPort = BinaryPrimitives.ReverseEndianness(seen.DstPort);
        flow.ProxyPort = BinaryPrimitives.ReverseEndianness(seen.ProxyPort);
        if ((seen.Flags & FlagTranslated) != 0)
        {
            flow.FrontendAddress = IpAddress.FromBytes(seen.Frontend);
            flow.FrontendPort = BinaryPrimitives.ReverseEndianness(seen.FrontendPort);
        }

        // Of a drop nobody knows: the packet may belong to no connection.
        flow.IsReply = kind == FlowKind.Drop ? null : (seen.Flags & FlagReply) != 0;
        flow.InterfaceIndex = seen.Ifindex;
        flow.NodeName = nodeName;
        enricher.Enrich(ref flow, new SecurityIdentity(seen.SrcIdentity), new SecurityIdentity(seen.DstIdentity));
        return ref flow;
    }
}
