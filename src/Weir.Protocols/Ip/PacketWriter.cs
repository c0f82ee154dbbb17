using System.Buffers.Binary;

namespace Weir.Protocols.Ip;

/// <summary>Writes whole frames with right lengths and checksums: for tests and for the simulated network.</summary>
public static class PacketWriter
{
    /// <summary>The most bytes that headers take.</summary>
    public const int MaxHeaderLength = PacketReader.EthernetLength + 40 + 8 + 20;

    /// <summary>Writes one frame.</summary>
    /// <param name="destination">Room for <see cref="MaxHeaderLength"/> bytes and the payload.</param>
    /// <param name="packet">What to write.</param>
    /// <param name="payload">The transport's payload; of a later fragment the fragment's data.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short, or the packet longer than IP can say.</exception>
    public static int WriteFrame(Span<byte> destination, in PacketSpec packet, ReadOnlySpan<byte> payload)
    {
        var transportLength = packet.FragmentOffset != 0 ? 0 : TransportLength(packet.Protocol);
        var isFragment = packet.MoreFragments || packet.FragmentOffset != 0;
        var networkLength = packet.IsIPv4 ? 20 : isFragment ? 48 : 40;
        var length = networkLength + transportLength + payload.Length;
        if (length - (packet.IsIPv4 ? 0 : 40) > ushort.MaxValue) throw new ArgumentException($"{length} bytes are more than an IP packet holds.", nameof(payload));
        if (destination.Length < PacketReader.EthernetLength + length)
            throw new ArgumentException($"The packet needs {PacketReader.EthernetLength + length} bytes, but there is room for {destination.Length}.", nameof(destination));

        WriteMac(destination, packet.DestinationMac);
        WriteMac(destination[6..], packet.SourceMac);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], packet.IsIPv4 ? EtherTypes.IPv4 : EtherTypes.IPv6);
        var ip = destination.Slice(PacketReader.EthernetLength, length);
        if (packet.IsIPv4) WriteIPv4(ip, packet);
        else WriteIPv6(ip, packet, isFragment);

        var transport = ip[networkLength..];
        payload.CopyTo(transport[transportLength..]);
        if (transportLength > 0) WriteTransport(transport, packet);
        return PacketReader.EthernetLength + length;
    }

    /// <summary>Bytes of the transport header that <see cref="WriteFrame"/> writes.</summary>
    public static int TransportLength(byte protocol) => protocol switch
    {
        TransportProtocol.Tcp => 20,
        TransportProtocol.Udp or TransportProtocol.Icmp or TransportProtocol.IcmpV6 => 8,
        TransportProtocol.Sctp => 12,
        _ => 0,
    };

    private static void WriteIPv4(Span<byte> ip, in PacketSpec packet)
    {
        ip[..20].Clear();
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)packet.FragmentId);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], (ushort)((packet.FragmentOffset / 8) | (packet.MoreFragments ? 0x2000 : 0)));
        ip[8] = packet.HopLimit;
        ip[9] = packet.Protocol;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], (uint)packet.SourceLow);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], (uint)packet.DestinationLow);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Add(0, ip[..20])));
    }

    private static void WriteIPv6(Span<byte> ip, in PacketSpec packet, bool isFragment)
    {
        ip[..40].Clear();
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(ip.Length - 40));
        ip[6] = isFragment ? TransportProtocol.Fragment : packet.Protocol;
        ip[7] = packet.HopLimit;
        BinaryPrimitives.WriteUInt64BigEndian(ip[8..], packet.SourceHigh);
        BinaryPrimitives.WriteUInt64BigEndian(ip[16..], packet.SourceLow);
        BinaryPrimitives.WriteUInt64BigEndian(ip[24..], packet.DestinationHigh);
        BinaryPrimitives.WriteUInt64BigEndian(ip[32..], packet.DestinationLow);
        if (!isFragment) return;
        ip[40] = packet.Protocol;
        ip[41] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[42..], (ushort)((packet.FragmentOffset & 0xFFF8) | (packet.MoreFragments ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(ip[44..], packet.FragmentId);
    }

    private static void WriteTransport(Span<byte> transport, in PacketSpec packet)
    {
        transport[..TransportLength(packet.Protocol)].Clear();
        switch (packet.Protocol)
        {
            case TransportProtocol.Tcp:
                WritePorts(transport, packet);
                BinaryPrimitives.WriteUInt32BigEndian(transport[4..], packet.Sequence);
                BinaryPrimitives.WriteUInt32BigEndian(transport[8..], packet.Acknowledgement);
                transport[12] = 5 << 4;
                transport[13] = packet.TcpFlags;
                BinaryPrimitives.WriteUInt16BigEndian(transport[14..], packet.Window);
                BinaryPrimitives.WriteUInt16BigEndian(transport[16..], Checksum(transport, packet));
                break;

            case TransportProtocol.Udp:
                WritePorts(transport, packet);
                BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
                var checksum = Checksum(transport, packet);

                // 0 says "no checksum" (RFC 768), so a computed 0 is sent as all ones.
                BinaryPrimitives.WriteUInt16BigEndian(transport[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
                break;

            case TransportProtocol.Sctp:
                // The CRC32c stays 0: nothing here checks it, and no translation has to update it.
                WritePorts(transport, packet);
                BinaryPrimitives.WriteUInt32BigEndian(transport[4..], packet.Sequence);
                break;

            default:
                transport[0] = (byte)packet.SourcePort;
                transport[1] = (byte)packet.DestinationPort;
                BinaryPrimitives.WriteUInt32BigEndian(transport[4..], packet.Sequence);
                var pseudo = packet.Protocol == TransportProtocol.Icmp ? 0 : Pseudo(packet, transport.Length);
                BinaryPrimitives.WriteUInt16BigEndian(transport[2..], InternetChecksum.Finish(InternetChecksum.Add(pseudo, transport)));
                break;
        }
    }

    private static void WritePorts(Span<byte> transport, in PacketSpec packet)
    {
        BinaryPrimitives.WriteUInt16BigEndian(transport, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(transport[2..], packet.DestinationPort);
    }

    private static ushort Checksum(Span<byte> transport, in PacketSpec packet) =>
        InternetChecksum.Finish(InternetChecksum.Add(Pseudo(packet, transport.Length), transport));

    private static ulong Pseudo(in PacketSpec packet, int length) => InternetChecksum.PseudoHeader(
        new PacketHeader
        {
            EtherType = packet.IsIPv4 ? EtherTypes.IPv4 : EtherTypes.IPv6,
            SourceHigh = packet.SourceHigh,
            SourceLow = packet.SourceLow,
            DestinationHigh = packet.DestinationHigh,
            DestinationLow = packet.DestinationLow,
            Protocol = packet.Protocol,
        },
        length);

    private static void WriteMac(Span<byte> destination, ulong mac)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(mac >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)mac);
    }
}
