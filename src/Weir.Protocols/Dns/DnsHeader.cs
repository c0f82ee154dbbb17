using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>The first 12 bytes of a message.</summary>
/// <param name="Id">Pairs an answer with its question.</param>
/// <param name="Flags">As on the wire: QR 0x8000, opcode 0x7800, AA 0x0400, TC 0x0200, RD 0x0100, RA 0x0080, response code 0x000f.</param>
/// <param name="Questions">How many follow.</param>
/// <param name="Answers">How many follow.</param>
/// <param name="Authorities">How many follow.</param>
/// <param name="Additionals">How many follow.</param>
public readonly record struct DnsHeader(ushort Id, ushort Flags, ushort Questions, ushort Answers, ushort Authorities, ushort Additionals)
{
    /// <summary>Its length, in bytes.</summary>
    public const int Length = 12;

    /// <summary>Flag: this is an answer.</summary>
    public const ushort Response = 0x8000;

    /// <summary>Flag: the answerer owns the name.</summary>
    public const ushort Authoritative = 0x0400;

    /// <summary>Flag: the answer is cut; ask again over TCP.</summary>
    public const ushort Cut = 0x0200;

    /// <summary>Flag: ask others on my behalf.</summary>
    public const ushort RecursionDesired = 0x0100;

    /// <summary>Flag: I ask others.</summary>
    public const ushort RecursionAvailable = 0x0080;

    /// <summary>Whether this is an answer.</summary>
    public bool IsResponse => (Flags & Response) != 0;

    /// <summary>Whether the answer is cut.</summary>
    public bool IsCut => (Flags & Cut) != 0;

    /// <summary>The kind of question; 0 is the ordinary one.</summary>
    public int Opcode => (Flags >> 11) & 15;

    /// <summary>How it went.</summary>
    public DnsResponseCode Code => (DnsResponseCode)(Flags & 15);

    /// <summary>Reads it from the start of <paramref name="message"/>.</summary>
    public static DnsFault Read(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        header = default;
        if (message.Length < Length) return DnsFault.Truncated;
        header = new DnsHeader(Number(message), Number(message[2..]), Number(message[4..]), Number(message[6..]), Number(message[8..]), Number(message[10..]));
        return DnsFault.None;
    }

    /// <summary>Writes it to the start of <paramref name="message"/>, which has room.</summary>
    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Questions);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], Answers);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], Authorities);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], Additionals);
    }

    private static ushort Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
