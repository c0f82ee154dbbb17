namespace Weir.Protocols.Ip;

/// <summary>A packet to write. Numbers are in host order; addresses are IPv4-mapped 128-bit numbers as in <see cref="PacketHeader"/>.</summary>
public readonly record struct PacketSpec
{
    /// <summary>Makes a packet with a hop limit of 64.</summary>
    public PacketSpec()
    {
    }

    /// <summary>Whether to write IPv4; the addresses must be of the same family.</summary>
    public bool IsIPv4 { get; init; } = true;

    /// <summary>The receiver's MAC address, in the low 48 bits.</summary>
    public ulong DestinationMac { get; init; }

    /// <summary>The sender's MAC address, in the low 48 bits.</summary>
    public ulong SourceMac { get; init; }

    /// <summary>The first 8 bytes of the sender's address.</summary>
    public ulong SourceHigh { get; init; }

    /// <summary>The last 8 bytes of the sender's address.</summary>
    public ulong SourceLow { get; init; }

    /// <summary>The first 8 bytes of the receiver's address.</summary>
    public ulong DestinationHigh { get; init; }

    /// <summary>The last 8 bytes of the receiver's address.</summary>
    public ulong DestinationLow { get; init; }

    /// <summary>The transport; see <see cref="TransportProtocol"/>. Any other number writes the payload alone.</summary>
    public byte Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>The sender's port; for ICMP the type, in the low byte.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The receiver's port; for ICMP the code, in the low byte.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>TCP flags.</summary>
    public byte TcpFlags { get; init; }

    /// <summary>The TCP sequence number, or the SCTP verification tag; for ICMP the second word (identifier and sequence).</summary>
    public uint Sequence { get; init; }

    /// <summary>The TCP acknowledgement number.</summary>
    public uint Acknowledgement { get; init; }

    /// <summary>The TCP receive window, unscaled.</summary>
    public ushort Window { get; init; } = 0xFFFF;

    /// <summary>The identification of a datagram's fragments.</summary>
    public uint FragmentId { get; init; }

    /// <summary>Where this fragment belongs, in bytes, a multiple of 8; other than 0 writes no transport header.</summary>
    public ushort FragmentOffset { get; init; }

    /// <summary>Whether more fragments follow.</summary>
    public bool MoreFragments { get; init; }
}
