using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>One resource record, apart from its name.</summary>
/// <param name="Type">What the data is.</param>
/// <param name="Class">1 is the Internet.</param>
/// <param name="TimeToLive">How long it may be remembered, in seconds.</param>
/// <param name="DataOffset">Where its data starts in the message: names in it may point backwards.</param>
/// <param name="DataLength">Bytes of data, all of them inside the message.</param>
public readonly record struct DnsRecord(DnsType Type, ushort Class, uint TimeToLive, int DataOffset, int DataLength)
{
    /// <summary>Reads the record at <paramref name="offset"/>.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Moves past the record; stays on a fault.</param>
    /// <param name="name">Receives the owner's name.</param>
    /// <param name="nameLength">Bytes of the name.</param>
    /// <param name="record">The rest.</param>
    public static DnsFault Read(ReadOnlySpan<byte> message, ref int offset, Span<byte> name, out int nameLength, out DnsRecord record)
    {
        record = default;
        var next = offset;
        var fault = DnsName.Read(message, ref next, name, out nameLength);
        if (fault == DnsFault.None && message.Length - next < 10) fault = DnsFault.Truncated;
        if (fault == DnsFault.None)
        {
            var fields = message[next..];
            var dataLength = BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
            if (dataLength > fields.Length - 10)
            {
                fault = DnsFault.Truncated;
            }
            else
            {
                record = new DnsRecord(
                    (DnsType)BinaryPrimitives.ReadUInt16BigEndian(fields),
                    BinaryPrimitives.ReadUInt16BigEndian(fields[2..]),
                    BinaryPrimitives.ReadUInt32BigEndian(fields[4..]),
                    next + 10,
                    dataLength);
                offset = next + 10 + dataLength;
                return DnsFault.None;
            }
        }

        nameLength = 0;
        return fault;
    }
}
