using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>The record by which a message says that it knows EDNS, and how large a datagram may be (RFC 6891 §6.1).</summary>
public static class DnsEdns
{
    /// <summary>Its length without options, in bytes.</summary>
    public const int Length = 11;

    /// <summary>Whether a query has it where resolvers put it: right behind the question.</summary>
    /// <param name="header">The query's.</param>
    /// <param name="rest">What follows the question.</param>
    public static bool Leads(DnsHeader header, ReadOnlySpan<byte> rest) =>
        header.Answers + header.Authorities == 0 && header.Additionals > 0 && rest.Length >= Length && rest[0] == 0 &&
        BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) == (ushort)DnsType.Opt;

    /// <summary>The largest datagram that the sender takes, in bytes.</summary>
    /// <param name="record">The record.</param>
    public static ushort PayloadSize(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16BigEndian(record[3..]);

    /// <summary>Says how large a datagram may be.</summary>
    /// <param name="record">The record.</param>
    /// <param name="bytes">The size.</param>
    public static void SetPayloadSize(Span<byte> record, ushort bytes) => BinaryPrimitives.WriteUInt16BigEndian(record[3..], bytes);
}
