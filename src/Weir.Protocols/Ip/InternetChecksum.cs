using System.Buffers.Binary;

namespace Weir.Protocols.Ip;

/// <summary>The ones' complement checksum of IP, TCP, UDP and ICMP (RFC 1071), and its update in place (RFC 1624).</summary>
public static class InternetChecksum
{
    /// <summary>Adds bytes to a running sum; an odd last byte counts as the high half of a word.</summary>
    /// <returns>A sum that is not folded yet.</returns>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
            bytes = bytes[4..];
        }

        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.Length == 0 ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>Folds a sum to 16 bits, without the complement.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }

    /// <summary>The checksum field of a sum.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>The checksum field after <paramref name="old"/> became <paramref name="fresh"/> (equal even lengths) under it.</summary>
    public static ushort Update(ushort field, ReadOnlySpan<byte> old, ReadOnlySpan<byte> fresh)
    {
        ulong sum = (ushort)~field;
        for (var i = 0; i < old.Length; i += 2) sum += (ushort)~BinaryPrimitives.ReadUInt16BigEndian(old[i..]);
        return Finish(Add(sum, fresh));
    }

    /// <summary>The sum of the pseudo header that TCP, UDP and ICMPv6 checksums start from.</summary>
    /// <param name="header">Gives addresses, family and protocol.</param>
    /// <param name="transportLength">Bytes of transport header and payload.</param>
    public static ulong PseudoHeader(in PacketHeader header, int transportLength)
    {
        // The mapped form's first 12 bytes are no part of an IPv4 pseudo header.
        var sum = header.IsIPv4
            ? (header.SourceLow & 0xFFFF_FFFF) + (header.DestinationLow & 0xFFFF_FFFF)
            : Halves(header.SourceHigh) + Halves(header.SourceLow) + Halves(header.DestinationHigh) + Halves(header.DestinationLow);
        return sum + header.Protocol + (ulong)transportLength;
    }

    private static ulong Halves(ulong value) => (value >> 32) + (value & 0xFFFF_FFFF);
}
