using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>Writes a message into a buffer: the question, answers, authorities, in this order. What does not fit is left out and marked as cut.</summary>
/// <remarks>A record that owns the question's name refers to it by a pointer; other names are written out.</remarks>
public ref struct DnsWriter
{
    private const ushort PointerToQuestion = 0xC000 | DnsHeader.Length;
    private readonly Span<byte> _buffer;
    private readonly ushort _id;
    private ushort _flags;
    private ushort _questions, _answers, _authorities;
    private int _length;

    /// <summary>Starts a message.</summary>
    /// <param name="buffer">At least 12 bytes; 512 is what every UDP answer may have.</param>
    /// <param name="id">Pairs answer and question.</param>
    /// <param name="flags">As in <see cref="DnsHeader.Flags"/>.</param>
    public DnsWriter(Span<byte> buffer, ushort id, ushort flags)
    {
        _buffer = buffer;
        _id = id;
        _flags = flags;
        _length = DnsHeader.Length;
    }

    /// <summary>Appends the question.</summary>
    public DnsFault Question(ReadOnlySpan<char> name, DnsType type)
    {
        var fault = DnsName.Write(name, _buffer[_length..], out var written);
        if (fault != DnsFault.None) return fault;
        if (_buffer.Length - _length - written < 4) return DnsFault.Truncated;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + written)..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + written + 2)..], 1);
        _length += written + 4;
        _questions++;
        return DnsFault.None;
    }

    /// <summary>Appends an answer about the question's name whose data is bytes (an address, text).</summary>
    public DnsFault Answer(DnsType type, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        if (_buffer.Length - _length < 12 + data.Length) return Overflow();
        Head(_buffer[_length..], type, timeToLive, data.Length);
        data.CopyTo(_buffer[(_length + 12)..]);
        _length += 12 + data.Length;
        _answers++;
        return DnsFault.None;
    }

    /// <summary>Appends an answer about the question's name whose data is a name, after <paramref name="before"/> (what SRV has in front of it).</summary>
    public DnsFault AnswerName(DnsType type, uint timeToLive, ReadOnlySpan<char> name, scoped ReadOnlySpan<byte> before = default)
    {
        Span<byte> data = stackalloc byte[before.Length + DnsName.MaxLength + 2];
        before.CopyTo(data);
        var fault = DnsName.Write(name, data[before.Length..], out var written);
        return fault != DnsFault.None ? fault : Answer(type, timeToLive, data[..(before.Length + written)]);
    }

    /// <summary>Appends the start of authority that a negative answer carries.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="timeToLive">How long the negative answer may be remembered, in seconds.</param>
    public DnsFault Authority(ReadOnlySpan<char> zone, uint timeToLive)
    {
        var rest = _buffer[_length..];
        var fault = DnsName.Write(zone, rest, out var owner);
        if (fault != DnsFault.None) return fault == DnsFault.Truncated ? Overflow() : fault;

        // The data: two names, both the zone's own written as "." to stay short, and five numbers of 4 bytes.
        const int DataLength = 1 + 1 + (5 * 4);
        if (rest.Length - owner < 10 + DataLength) return Overflow();
        var fields = rest[owner..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)DnsType.Soa);
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(fields[4..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(fields[8..], DataLength);
        fields.Slice(10, DataLength).Clear();
        for (var i = 0; i < 5; i++) BinaryPrimitives.WriteUInt32BigEndian(fields[(12 + (i * 4))..], i == 0 ? 1u : timeToLive);
        _length += owner + 10 + DataLength;
        _authorities++;
        return DnsFault.None;
    }

    /// <summary>Writes the header.</summary>
    /// <returns>The message's length, in bytes.</returns>
    public readonly int Finish()
    {
        new DnsHeader(_id, _flags, _questions, _answers, _authorities, 0).Write(_buffer);
        return _length;
    }

    private static void Head(Span<byte> destination, DnsType type, uint timeToLive, int dataLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, PointerToQuestion);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(destination[6..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], (ushort)dataLength);
    }

    private DnsFault Overflow()
    {
        _flags |= DnsHeader.Cut;
        return DnsFault.Truncated;
    }
}
