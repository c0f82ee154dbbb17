using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>What is asked, apart from the name.</summary>
/// <param name="Type">The record type wanted.</param>
/// <param name="Class">1 is the Internet.</param>
public readonly record struct DnsQuestion(DnsType Type, ushort Class)
{
    /// <summary>Reads the question at <paramref name="offset"/>.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Moves past the question; stays on a fault.</param>
    /// <param name="name">Receives the name, as <see cref="DnsName.Read(ReadOnlySpan{byte}, ref int, Span{byte}, out int)"/> has it.</param>
    /// <param name="nameLength">Bytes of the name.</param>
    /// <param name="question">Type and class.</param>
    public static DnsFault Read(ReadOnlySpan<byte> message, ref int offset, Span<byte> name, out int nameLength, out DnsQuestion question)
    {
        question = default;
        var next = offset;
        var fault = DnsName.Read(message, ref next, name, out nameLength);
        if (fault == DnsFault.None && message.Length - next < 4) fault = DnsFault.Truncated;
        if (fault != DnsFault.None)
        {
            nameLength = 0;
            return fault;
        }

        question = new DnsQuestion(
            (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[next..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[(next + 2)..]));
        offset = next + 4;
        return DnsFault.None;
    }
}
