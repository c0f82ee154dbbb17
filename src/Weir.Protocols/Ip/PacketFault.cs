namespace Weir.Protocols.Ip;

/// <summary>Why bytes are not the packet that the caller asked for.</summary>
public enum PacketFault : byte
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>The frame ends inside a header.</summary>
    Truncated,

    /// <summary>Neither IPv4 nor IPv6 by its EtherType.</summary>
    NotIp,

    /// <summary>The version inside the header contradicts the EtherType.</summary>
    WrongVersion,

    /// <summary>The header length is below the least that its protocol allows, or beyond the packet's end.</summary>
    BadHeaderLength,

    /// <summary>The length that the header claims is shorter than the header, or longer than the frame.</summary>
    BadTotalLength,

    /// <summary>An IPv6 packet has an IPv4-mapped address, which would pass for an IPv4 one in every table.</summary>
    BadAddress,

    /// <summary>An IPv6 extension header runs beyond the packet, or there are more than <see cref="PacketReader.MaxExtensionHeaders"/>.</summary>
    BadExtensionHeader,

    /// <summary>The transport is none of TCP, UDP, SCTP, or the family's own ICMP; addresses and protocol are read all the same.</summary>
    UnknownTransport,

    /// <summary>The transport header is cut off or impossible; addresses and protocol are read all the same.</summary>
    BadTransport,
}
