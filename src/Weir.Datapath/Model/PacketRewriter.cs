using System.Buffers.Binary;
using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>Writes addresses and ports into the frame, and keeps its checksums right: bpf/translate.h.</summary>
internal static class PacketRewriter
{
    /// <summary>Writes what service translation decided.</summary>
    public static DropReason ToBackend(Span<byte> frame, ModelPacket packet)
    {
        if (!packet.IsTranslated) return DropReason.None;
        var tuple = packet.Tuple;
        var reason = Destination(frame, packet, tuple.Destination, tuple.DestinationPort);
        return reason == DropReason.None && packet.IsHairpin ? Source(frame, packet, tuple.Source, tuple.SourcePort) : reason;
    }

    /// <summary>Writes the service's address back into a reply of a connection.</summary>
    public static DropReason FromBackend(Span<byte> frame, ModelPacket packet, Connection connection)
    {
        if (!connection.Has(ConnectionMarks.Translated) || !packet.IsReply || packet.IsIcmpError) return DropReason.None;
        if (connection.Has(ConnectionMarks.Hairpin))
        {
            var reason = Destination(frame, packet, packet.Tuple.Source, packet.Tuple.DestinationPort);
            if (reason != DropReason.None) return reason;
        }

        return Source(frame, packet, connection.Frontend, connection.FrontendPort);
    }

    private static DropReason Source(Span<byte> frame, ModelPacket packet, IpAddress address, ushort port)
    {
        var wire = packet.Wire;
        packet.Wire = wire with { Source = address, SourcePort = port };
        return Rewrite(frame, packet, isSource: true, wire.Source, wire.SourcePort, address, port);
    }

    private static DropReason Destination(Span<byte> frame, ModelPacket packet, IpAddress address, ushort port)
    {
        var wire = packet.Wire;
        packet.Wire = wire with { Destination = address, DestinationPort = port };
        return Rewrite(frame, packet, isSource: false, wire.Destination, wire.DestinationPort, address, port);
    }

    private static DropReason Rewrite(
        Span<byte> frame, ModelPacket packet, bool isSource, IpAddress oldAddress, ushort oldPort, IpAddress address, ushort port)
    {
        var header = packet.Header;
        var transport = frame[header.TransportOffset..];
        if (oldAddress != address)
        {
            var size = header.IsIPv4 ? 4 : 16;
            var at = header.NetworkOffset + (header.IsIPv4 ? 12 : 8) + (isSource ? 0 : size);
            Span<byte> fresh = stackalloc byte[16];
            address.CopyTo(fresh);
            fresh = fresh[(16 - size)..];
            var old = frame.Slice(at, size);
            if (!packet.IsLaterFragment) UpdateTransport(transport, header.Protocol, old, fresh);
            if (header.IsIPv4) UpdateField(frame[(header.NetworkOffset + 10)..], old, fresh);
            fresh.CopyTo(old);
        }

        if (oldPort == port) return DropReason.None;
        if (header.Protocol == TransportProtocol.Sctp) return DropReason.ErrorWritingToPacket; // its checksum is the sender's
        if (packet.IsLaterFragment) return DropReason.None;
        Span<byte> freshPort = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(freshPort, port);
        var place = transport.Slice(isSource ? 0 : 2, 2);
        UpdateTransport(transport, header.Protocol, place, freshPort);
        freshPort.CopyTo(place);
        return DropReason.None;
    }

    private static void UpdateTransport(Span<byte> transport, byte protocol, ReadOnlySpan<byte> old, ReadOnlySpan<byte> fresh)
    {
        if (protocol == TransportProtocol.Tcp)
        {
            UpdateField(transport[16..], old, fresh);
            return;
        }

        // 0 says "no checksum" (RFC 768): it stays 0, and a computed 0 is written as all ones.
        if (protocol != TransportProtocol.Udp || BinaryPrimitives.ReadUInt16BigEndian(transport[6..]) == 0) return;
        UpdateField(transport[6..], old, fresh);
        if (BinaryPrimitives.ReadUInt16BigEndian(transport[6..]) == 0) BinaryPrimitives.WriteUInt16BigEndian(transport[6..], 0xFFFF);
    }

    private static void UpdateField(Span<byte> field, ReadOnlySpan<byte> old, ReadOnlySpan<byte> fresh) =>
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Update(BinaryPrimitives.ReadUInt16BigEndian(field), old, fresh));
}
