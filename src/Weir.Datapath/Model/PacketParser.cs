using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>Frame → <see cref="ModelPacket"/>: bpf/parse.h.</summary>
internal static class PacketParser
{
    private const byte EchoRequestV6 = 128;
    private const byte EchoReplyV6 = 129;

    /// <summary>Fills the packet. A first or later fragment is only marked as such.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="packet">Already reset.</param>
    /// <param name="isArp">Whether it is ARP, which is nobody's business here.</param>
    /// <returns>None, or why it must be dropped; then as much as could be read is filled in.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> frame, ModelPacket packet, out bool isArp)
    {
        var fault = PacketReader.ReadFrame(frame, out var header);
        isArp = fault == PacketFault.NotIp && header.EtherType == EtherTypes.Arp;
        packet.Header = header;

        // Which transport follows extension headers that cannot be read is not known.
        var protocol = fault != PacketFault.None && IsBeforeTransport(fault) && !header.IsIPv4 ? (byte)0 : header.Protocol;
        packet.Tuple = new ConnectionTuple(ModelPacket.SourceOf(header), ModelPacket.DestinationOf(header), 0, 0, protocol);
        if (fault != PacketFault.None) return ReasonOf(fault);

        packet.IsLaterFragment = header.IsLaterFragment;
        packet.IsFirstFragment = header.MoreFragments && !header.IsLaterFragment;
        if (header.IsLaterFragment) return DropReason.None;

        packet.TcpFlags = header.TcpFlags;
        (packet.IcmpType, packet.IcmpCode) = (header.IcmpType, header.IcmpCode);
        if (!packet.Tuple.IsIcmp)
        {
            packet.Tuple = packet.Tuple with { SourcePort = header.SourcePort, DestinationPort = header.DestinationPort };
            return DropReason.None;
        }

        if (TryQuery(header.Protocol, header.IcmpType, out var request, out var isReply))
        {
            packet.Tuple = packet.Tuple with { SourcePort = header.IcmpIdentifier, DestinationPort = request };
            packet.IsIcmpReply = isReply;
        }
        else if (header.IsIcmpError && TryInner(frame, header, out var inner))
        {
            packet.Inner = inner;
            packet.IsIcmpError = true;
        }

        packet.IsNeighbourTalk = IsNeighbourTalk(header);
        return DropReason.None;
    }

    private static bool TryInner(ReadOnlySpan<byte> frame, in PacketHeader error, out ConnectionTuple inner)
    {
        inner = default;
        if (PacketReader.ReadQuoted(frame, error, out var quoted) != PacketFault.None || quoted.IsLaterFragment) return false;
        inner = new ConnectionTuple(
            ModelPacket.SourceOf(quoted), ModelPacket.DestinationOf(quoted), quoted.SourcePort, quoted.DestinationPort, quoted.Protocol);
        if (!inner.IsIcmp) return true;
        if (!TryQuery(quoted.Protocol, quoted.IcmpType, out var request, out var isReply)) return false;

        // The key of a query is the asker's direction.
        inner = inner with { SourcePort = quoted.IcmpIdentifier, DestinationPort = request };
        if (isReply) inner = inner with { Source = inner.Destination, Destination = inner.Source };
        return true;
    }

    /// <summary>Whether an ICMP type is a query or its answer; <paramref name="request"/> is the question's type.</summary>
    private static bool TryQuery(byte protocol, byte type, out byte request, out bool isReply)
    {
        (request, isReply) = (protocol, type) switch
        {
            (TransportProtocol.IcmpV6, EchoRequestV6) => (EchoRequestV6, false),
            (TransportProtocol.IcmpV6, EchoReplyV6) => (EchoRequestV6, true),
            (TransportProtocol.Icmp, 8 or 13 or 17) => (type, false),
            (TransportProtocol.Icmp, 0) => ((byte)8, true),
            (TransportProtocol.Icmp, 14 or 18) => ((byte)(type - 1), true),
            _ => ((byte)0, false),
        };
        return request != 0;
    }

    /// <summary>Neighbour discovery and multicast listener reports: between neighbours only, so that no router passes them on.</summary>
    private static bool IsNeighbourTalk(in PacketHeader header) => header.Protocol == TransportProtocol.IcmpV6 && header.HopLimit switch
    {
        255 => header.IcmpType is >= 133 and <= 137,
        1 => header.IcmpType is 143 or (>= 130 and <= 132),
        _ => false,
    };

    private static bool IsBeforeTransport(PacketFault fault) => fault is not (PacketFault.UnknownTransport or PacketFault.BadTransport);

    private static DropReason ReasonOf(PacketFault fault) => fault switch
    {
        PacketFault.NotIp => DropReason.UnsupportedL3Protocol,
        PacketFault.BadExtensionHeader => DropReason.InvalidIPv6ExtensionHeader,
        PacketFault.UnknownTransport => DropReason.CtUnknownL4Protocol,
        PacketFault.BadTransport => DropReason.CtTruncatedOrInvalidHeader,
        _ => DropReason.InvalidPacket,
    };
}
