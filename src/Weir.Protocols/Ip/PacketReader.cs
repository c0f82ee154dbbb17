using System.Buffers.Binary;

namespace Weir.Protocols.Ip;

/// <summary>Reads the headers of a packet: Ethernet, IPv4 or IPv6, and the transport.</summary>
public static class PacketReader
{
    /// <summary>Bytes of an Ethernet header.</summary>
    public const int EthernetLength = 14;

    /// <summary>How many IPv6 extension headers are followed; the kernel's programs stop at the same number.</summary>
    public const int MaxExtensionHeaders = 6;

    private const int IPv4Length = 20;
    private const int IPv6Length = 40;

    /// <summary>Reads an Ethernet frame.</summary>
    /// <param name="frame">The frame without its checksum; padding behind the packet is ignored.</param>
    /// <param name="header">What was read; on a fault, as far as reading came.</param>
    /// <returns><see cref="PacketFault.None"/>, or what is wrong. Never throws.</returns>
    public static PacketFault ReadFrame(ReadOnlySpan<byte> frame, out PacketHeader header)
    {
        header = default;
        if (frame.Length < EthernetLength) return PacketFault.Truncated;
        return ReadPacket(frame, EthernetLength, BinaryPrimitives.ReadUInt16BigEndian(frame[12..]), out header);
    }

    /// <summary>Reads the packet that an ICMP error quotes; it may be cut off behind the first 8 bytes of its transport header.</summary>
    /// <param name="frame">The frame that holds the error.</param>
    /// <param name="error">The error's own headers.</param>
    /// <param name="quoted">The quoted packet's headers; TCP flags are 0 where they are cut off.</param>
    /// <returns><see cref="PacketFault.None"/>, or what is wrong. Never throws.</returns>
    public static PacketFault ReadQuoted(ReadOnlySpan<byte> frame, in PacketHeader error, out PacketHeader quoted)
    {
        quoted = default;
        var end = Math.Min(error.End, frame.Length);
        if ((uint)error.PayloadOffset >= (uint)end) return PacketFault.Truncated;
        return ReadNetwork(frame[..end], error.PayloadOffset, error.EtherType, isQuote: true, out quoted);
    }

    /// <summary>Reads an IP packet that starts at <paramref name="offset"/>.</summary>
    /// <inheritdoc cref="ReadFrame"/>
    public static PacketFault ReadPacket(ReadOnlySpan<byte> frame, int offset, ushort etherType, out PacketHeader header) =>
        ReadNetwork(frame, offset, etherType, isQuote: false, out header);

    private static PacketFault ReadNetwork(
        ReadOnlySpan<byte> frame, int offset, ushort etherType, bool isQuote, out PacketHeader header)
    {
        header = new PacketHeader { EtherType = etherType, NetworkOffset = offset, End = offset };
        var fault = etherType switch
        {
            EtherTypes.IPv4 => ReadIPv4(frame, isQuote, ref header),
            EtherTypes.IPv6 => ReadIPv6(frame, isQuote, ref header),
            _ => PacketFault.NotIp,
        };
        return fault != PacketFault.None ? fault : ReadTransport(frame[..Math.Min(header.End, frame.Length)], isQuote, ref header);
    }

    private static PacketFault ReadIPv4(ReadOnlySpan<byte> frame, bool isQuote, ref PacketHeader header)
    {
        var offset = header.NetworkOffset;
        if (frame.Length - offset < IPv4Length) return PacketFault.Truncated;
        var ip = frame[offset..];
        if (ip[0] >> 4 != 4) return PacketFault.WrongVersion;
        var headerLength = (ip[0] & 15) * 4;
        if (headerLength < IPv4Length) return PacketFault.BadHeaderLength;
        // Of a whole packet the total length says this below; a quote may end inside its own options.
        if (isQuote && headerLength > ip.Length) return PacketFault.Truncated;
        int total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (total < headerLength) return PacketFault.BadTotalLength;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]);

        header = header with
        {
            SourceLow = Mapped(BinaryPrimitives.ReadUInt32BigEndian(ip[12..])),
            DestinationLow = Mapped(BinaryPrimitives.ReadUInt32BigEndian(ip[16..])),
            Protocol = ip[9],
            HopLimit = ip[8],
            FragmentId = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]),
            FragmentOffset = (ushort)((fragment & 0x1FFF) * 8),
            MoreFragments = (fragment & 0x2000) != 0,
            TransportOffset = offset + headerLength,
            PayloadOffset = offset + headerLength,
            End = offset + total,
        };
        return total > ip.Length && !isQuote ? PacketFault.BadTotalLength : PacketFault.None;
    }

    private static PacketFault ReadIPv6(ReadOnlySpan<byte> frame, bool isQuote, ref PacketHeader header)
    {
        var offset = header.NetworkOffset;
        if (frame.Length - offset < IPv6Length) return PacketFault.Truncated;
        var ip = frame[offset..];
        if (ip[0] >> 4 != 6) return PacketFault.WrongVersion;
        var end = offset + IPv6Length + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);

        header = header with
        {
            SourceHigh = BinaryPrimitives.ReadUInt64BigEndian(ip[8..]),
            SourceLow = BinaryPrimitives.ReadUInt64BigEndian(ip[16..]),
            DestinationHigh = BinaryPrimitives.ReadUInt64BigEndian(ip[24..]),
            DestinationLow = BinaryPrimitives.ReadUInt64BigEndian(ip[32..]),
            Protocol = ip[6],
            HopLimit = ip[7],
            TransportOffset = offset + IPv6Length,
            PayloadOffset = offset + IPv6Length,
            End = end,
        };
        if (IsMapped(header.SourceHigh, header.SourceLow) || IsMapped(header.DestinationHigh, header.DestinationLow)) return PacketFault.BadAddress;
        if (end > frame.Length && !isQuote) return PacketFault.BadTotalLength;
        return SkipExtensions(frame[..Math.Min(end, frame.Length)], ref header);
    }

    private static PacketFault SkipExtensions(ReadOnlySpan<byte> packet, ref PacketHeader header)
    {
        var next = header.Protocol;
        var at = header.TransportOffset;

        // Bounded: each round consumes one of MaxExtensionHeaders.
        for (var count = 0; IsExtension(next); count++)
        {
            if (count == MaxExtensionHeaders || packet.Length - at < 8) return PacketFault.BadExtensionHeader;
            var length = next switch
            {
                TransportProtocol.Fragment => 8,
                TransportProtocol.Authentication => (packet[at + 1] + 2) * 4,
                _ => (packet[at + 1] + 1) * 8,
            };
            if (length > packet.Length - at) return PacketFault.BadExtensionHeader;
            var isFragment = next == TransportProtocol.Fragment;
            next = packet[at];
            header = header with { Protocol = next };
            if (isFragment)
            {
                var field = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
                header = header with
                {
                    FragmentId = BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 4)..]),
                    FragmentOffset = (ushort)(field & 0xFFF8),
                    MoreFragments = (field & 1) != 0,
                };
            }

            at += length;
            header = header with { TransportOffset = at, PayloadOffset = at };

            // What follows in a later fragment is data, even where it looks like a header.
            if (header.IsLaterFragment) break;
        }

        return PacketFault.None;
    }

    private static PacketFault ReadTransport(ReadOnlySpan<byte> packet, bool isQuote, ref PacketHeader header)
    {
        var protocol = header.Protocol;
        if (header.IsLaterFragment) return PacketFault.None;
        var least = LeastLength(protocol);
        if (least == 0 || protocol == (header.IsIPv4 ? TransportProtocol.IcmpV6 : TransportProtocol.Icmp)) return PacketFault.UnknownTransport;
        var at = header.TransportOffset;
        var left = packet.Length - at;
        if (left < (isQuote ? Math.Min(8, least) : least)) return PacketFault.BadTransport;
        var transport = packet[at..];

        if (protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6)
        {
            header = header with
            {
                IcmpType = transport[0],
                IcmpCode = transport[1],
                IcmpIdentifier = IsQuery(protocol, transport[0]) ? BinaryPrimitives.ReadUInt16BigEndian(transport[4..]) : (ushort)0,
                PayloadOffset = at + 8,
            };
            return PacketFault.None;
        }

        var length = least;
        if (protocol == TransportProtocol.Tcp && left >= least)
        {
            length = (transport[12] >> 4) * 4;
            if (length < least || (length > left && !isQuote)) return PacketFault.BadTransport;
            header = header with { TcpFlags = transport[13] };
        }

        header = header with
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(transport),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(transport[2..]),
            PayloadOffset = at + Math.Min(length, left),
        };
        return PacketFault.None;
    }

    private static ulong Mapped(uint address) => 0x0000_FFFF_0000_0000UL | address;

    private static bool IsExtension(byte next) => next is TransportProtocol.HopByHop or TransportProtocol.Routing
        or TransportProtocol.Fragment or TransportProtocol.Authentication or TransportProtocol.DestinationOptions;

    private static bool IsMapped(ulong high, ulong low) => high == 0 && low >> 32 == 0xFFFF;

    private static bool IsQuery(byte protocol, byte type) =>
        protocol == TransportProtocol.Icmp ? type is 0 or 8 or 13 or 14 or 17 or 18 : type is 128 or 129;

    private static int LeastLength(byte protocol) => protocol switch
    {
        TransportProtocol.Tcp => 20,
        TransportProtocol.Udp or TransportProtocol.Icmp or TransportProtocol.IcmpV6 => 8,
        TransportProtocol.Sctp => 12,
        _ => 0,
    };
}
