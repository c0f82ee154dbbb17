namespace Weir.Protocols.Ip;

/// <summary>What the headers of one packet say. All numbers are in host order; offsets are bytes from the frame's start.</summary>
/// <remarks>Addresses are 16 bytes as two big-endian numbers, IPv4 as ::ffff:a.b.c.d.</remarks>
public readonly record struct PacketHeader
{
    /// <summary>The EtherType; see <see cref="EtherTypes"/>.</summary>
    public ushort EtherType { get; init; }

    /// <summary>The first 8 bytes of the sender's address.</summary>
    public ulong SourceHigh { get; init; }

    /// <summary>The last 8 bytes of the sender's address.</summary>
    public ulong SourceLow { get; init; }

    /// <summary>The first 8 bytes of the receiver's address.</summary>
    public ulong DestinationHigh { get; init; }

    /// <summary>The last 8 bytes of the receiver's address.</summary>
    public ulong DestinationLow { get; init; }

    /// <summary>Where the IP header starts.</summary>
    public int NetworkOffset { get; init; }

    /// <summary>Where the transport header starts, behind options and extension headers.</summary>
    public int TransportOffset { get; init; }

    /// <summary>Where the transport's payload starts; of a later fragment the fragment's own data.</summary>
    public int PayloadOffset { get; init; }

    /// <summary>Where the IP packet ends; a frame may be longer (padding).</summary>
    public int End { get; init; }

    /// <summary>The transport protocol; see <see cref="TransportProtocol"/>.</summary>
    public byte Protocol { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The TCP flags; 0 for other transports and for later fragments.</summary>
    public byte TcpFlags { get; init; }

    /// <summary>The sender's port; 0 for ICMP and for later fragments.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The receiver's port; 0 for ICMP and for later fragments.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>The ICMP type; 0 for other transports.</summary>
    public byte IcmpType { get; init; }

    /// <summary>The ICMP code; 0 for other transports.</summary>
    public byte IcmpCode { get; init; }

    /// <summary>The identifier of an ICMP query (echo, timestamp, address mask) or its reply; 0 for anything else.</summary>
    public ushort IcmpIdentifier { get; init; }

    /// <summary>The identification that a datagram's fragments share: 16 bits for IPv4, 32 for IPv6.</summary>
    public uint FragmentId { get; init; }

    /// <summary>Where this fragment belongs in its datagram, in bytes.</summary>
    public ushort FragmentOffset { get; init; }

    /// <summary>Whether more fragments follow.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Whether the packet is a piece of a datagram.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    /// <summary>Whether the transport header is in another fragment.</summary>
    public bool IsLaterFragment => FragmentOffset != 0;

    /// <summary>Whether the packet is IPv4.</summary>
    public bool IsIPv4 => EtherType == EtherTypes.IPv4;

    /// <summary>Bytes of the IP packet, its header included.</summary>
    public int Length => End - NetworkOffset;

    /// <summary>Whether this is an ICMP or ICMPv6 error, which quotes the packet that it is about at <see cref="PayloadOffset"/>.</summary>
    public bool IsIcmpError => !IsLaterFragment && Protocol switch
    {
        TransportProtocol.Icmp => IcmpType is 3 or 4 or 11 or 12,
        TransportProtocol.IcmpV6 => IcmpType is >= 1 and <= 4,
        _ => false,
    };
}
