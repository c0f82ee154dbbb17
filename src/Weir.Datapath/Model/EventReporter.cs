using System.Buffers.Binary;
using Weir.Datapath.Abi;
using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary><c>enum event_kind</c> of bpf/abi.h.</summary>
internal enum ModelEventKind : byte
{
    New = 1,
    Drop = 2,
    Changed = 3,
    Summary = 4,
    End = 5,
}

/// <summary>Reports (may be lost, and are counted then) and counters (never lose): bpf/events.h.</summary>
internal sealed class EventReporter(ModelState state)
{
    public const byte FlagReply = 0x01;
    public const byte FlagEgressHere = 0x02;
    public const byte FlagIngressHere = 0x04;
    public const byte FlagDropEgress = 0x08;
    public const byte FlagTranslated = 0x10;

    /// <summary>Adds the packet to an endpoint's counter; endpoint 0 counts nothing.</summary>
    public void Count(ModelPacket packet, uint endpoint, TrafficDirection direction, Verdict verdict, DropReason reason)
    {
        if (endpoint == 0) return;
        var key = new CounterKey(endpoint, direction, verdict, reason);
        if (!state.Counters.TryGetValue(key, out var counter)) state.Counters[key] = counter = new Counter();
        counter.Packets++;
        counter.Bytes += packet.Bytes;
    }

    /// <summary>Counts what passes, for both ends, in the packet's own direction.</summary>
    public void CountPassed(ModelPacket packet, Connection connection, Verdict verdict)
    {
        Count(packet, packet.IsReply ? connection.DestinationEndpoint : connection.SourceEndpoint, TrafficDirection.Egress, verdict, DropReason.None);
        Count(packet, packet.IsReply ? connection.SourceEndpoint : connection.DestinationEndpoint, TrafficDirection.Ingress, verdict, DropReason.None);
    }

    /// <summary>Reports a connection and takes its counts.</summary>
    public void Report(ModelPacket packet, Connection connection, ModelEventKind kind)
    {
        connection.ReportedNs = packet.Now;
        if (!state.Events.TryReserve()) return; // the counts stay, for the next report

        var seen = EventOf(packet, kind);
        AddParties(ref seen, connection, packet.IsReply);
        (seen.Packets, seen.Bytes, seen.ReplyPackets, seen.ReplyBytes) =
            (connection.Packets, connection.Bytes, connection.ReplyPackets, connection.ReplyBytes);
        (connection.Packets, connection.Bytes, connection.ReplyPackets, connection.ReplyBytes) = (0, 0, 0, 0);
        seen.Verdict = (byte)Verdict.Forwarded;
        if (connection.Has(ConnectionMarks.Redirected))
        {
            seen.Verdict = (byte)Verdict.Redirected;
            seen.ProxyPort = BinaryPrimitives.ReverseEndianness(packet.ProxyPort);
            seen.Point = (byte)ObservationPoint.ToProxy;
        }
        else if (seen.DstEndpoint != 0)
        {
            seen.Point = (byte)ObservationPoint.ToEndpoint;
        }
        else
        {
            seen.Point = (byte)(seen.DstIdentity == SecurityIdentity.Host.Value ? ObservationPoint.ToHost : ObservationPoint.ToNetwork);
        }

        state.Events.Add(seen);
    }

    /// <summary>Counts a drop and reports it: at once the first time, then at most every summary interval for equal packets.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="connection">What is known about both ends; the packet's own for a packet of no connection.</param>
    /// <param name="reason">Why.</param>
    public void ReportDrop(ModelPacket packet, Connection connection, DropReason reason)
    {
        var isByPolicy = reason is DropReason.PolicyDenied or DropReason.PolicyDeny or DropReason.NoConfiguration;
        // By policy the side that denied counts it; else the pod whose interface it is, or that it was for.
        if (isByPolicy ? packet.IsEgressDrop : packet.EndpointId != 0 && !packet.EndpointReceives)
            Count(packet, isByPolicy ? connection.SourceEndpoint : packet.EndpointId, TrafficDirection.Egress, Verdict.Dropped, reason);
        else
            Count(packet, packet.IsReply ? connection.SourceEndpoint : connection.DestinationEndpoint, TrafficDirection.Ingress, Verdict.Dropped, reason);

        var key = new DropKey(packet.Tuple, reason);
        ulong suppressed = 0;
        if (state.Drops.TryGet(key, out var known))
        {
            if (packet.Now - known.ReportedNs < state.SummaryNs)
            {
                known.Suppressed++;
                return;
            }

            suppressed = known.Suppressed;
            (known.Suppressed, known.ReportedNs) = (0, packet.Now);
        }
        else
        {
            state.Drops.Set(key, new DropState { ReportedNs = packet.Now });
        }

        if (!state.Events.TryReserve()) return;
        var seen = EventOf(packet, ModelEventKind.Drop);
        AddParties(ref seen, connection, packet.IsReply);
        seen.Suppressed = (uint)suppressed;
        seen.Verdict = (byte)Verdict.Dropped;
        seen.Reason = (byte)reason;
        if (isByPolicy && packet.IsEgressDrop) seen.Flags |= FlagDropEgress;
        state.Events.Add(seen);
    }

    private static EventAbi EventOf(ModelPacket packet, ModelEventKind kind)
    {
        EventAbi seen = default;
        seen.TimeNs = packet.Now;
        packet.Tuple.Source.CopyTo(seen.Src);
        packet.Tuple.Destination.CopyTo(seen.Dst);
        seen.SrcPort = BinaryPrimitives.ReverseEndianness(packet.Tuple.IsIcmp ? packet.IcmpType : packet.Tuple.SourcePort);
        seen.DstPort = BinaryPrimitives.ReverseEndianness(packet.Tuple.IsIcmp ? packet.IcmpCode : packet.Tuple.DestinationPort);
        seen.Protocol = packet.Tuple.Protocol;
        seen.TcpFlags = packet.TcpFlags;
        seen.Ifindex = packet.EndpointId;
        seen.Kind = (byte)kind;
        return seen;
    }

    private static void AddParties(ref EventAbi seen, Connection connection, bool isReply)
    {
        seen.SrcIdentity = isReply ? connection.DestinationIdentity : connection.SourceIdentity;
        seen.DstIdentity = isReply ? connection.SourceIdentity : connection.DestinationIdentity;
        seen.SrcEndpoint = isReply ? connection.DestinationEndpoint : connection.SourceEndpoint;
        seen.DstEndpoint = isReply ? connection.SourceEndpoint : connection.DestinationEndpoint;
        seen.EgressRule = connection.EgressRule;
        seen.IngressRule = connection.IngressRule;
        seen.Match = connection.Match;
        seen.Flags = connection.EventFlags;
        if (isReply) seen.Flags |= FlagReply;
        if (!connection.Has(ConnectionMarks.Translated)) return;
        seen.Flags |= FlagTranslated;
        connection.Frontend.CopyTo(seen.Frontend);
        seen.FrontendPort = BinaryPrimitives.ReverseEndianness(connection.FrontendPort);
    }
}
