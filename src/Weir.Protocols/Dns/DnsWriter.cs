using System.Buffers.Binary;

namespace Weir.Protocols.Dns;

/// <summary>Writes a message into a buffer: the question, answers, authorities, EDNS, in this order. What does not fit is left out and marked as cut.</summary>
/// <remarks>A record that owns the question's name refers to it by a pointer; other names are written out.</remarks>
public ref struct DnsWriter
{
    private const ushort PointerToQuestion = 0xC000 | DnsHeader.Length;
    private readonly Span<byte> _buffer;
    private readonly ushort _id;
    private ushort _flags;
    private ushort _questions, _answers, _authorities, _additionals;
    private int _length, _kept;

    /// <summary>Starts a message.</summary>
    /// <param name="buffer">At least 12 bytes; 512 is what every UDP answer may have.</param>
    /// <param name="id">Pairs answer and question.</param>
    /// <param name="flags">As in <see cref="DnsHeader.Flags"/>.</param>
    /// <param name="withEdns">Whether room is kept for <see cref="Edns"/>.</param>
    public DnsWriter(Span<byte> buffer, ushort id, ushort flags, bool withEdns = false)
    {
        _buffer = buffer;
        _kept = withEdns ? DnsEdns.Length : 0;
        _id = id;
        _flags = flags;
        _length = DnsHeader.Length;
    }

    private readonly Span<byte> Rest => _buffer[_length..^_kept];

    /// <summary>Appends the question.</summary>
    public DnsFault Question(ReadOnlySpan<char> name, DnsType type)
    {
        var rest = Rest;
        var fault = DnsName.Write(name, rest, out var written);
        if (fault != DnsFault.None) return fault;
        if (rest.Length - written < 4) return DnsFault.Truncated;
        BinaryPrimitives.WriteUInt16BigEndian(rest[written..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(written + 2)..], 1);
        _length += written + 4;
        _questions++;
        return DnsFault.None;
    }

    /// <summary>Appends an answer whose data is bytes (an address, text).</summary>
    /// <param name="type">Of the record.</param>
    /// <param name="timeToLive">Seconds.</param>
    /// <param name="data">The record's data.</param>
    /// <param name="owner">Whose record it is; empty for the question's name.</param>
    public DnsFault Answer(DnsType type, uint timeToLive, scoped ReadOnlySpan<byte> data, ReadOnlySpan<char> owner = default)
    {
        var rest = Rest;
        var name = 2;
        if (!owner.IsEmpty && DnsName.Write(owner, rest, out name) is var fault and not DnsFault.None) return fault == DnsFault.Truncated ? Overflow() : fault;
        if (rest.Length < name + 10 + data.Length) return Overflow();
        if (owner.IsEmpty) BinaryPrimitives.WriteUInt16BigEndian(rest, PointerToQuestion);
        Head(rest[name..], type, timeToLive, data.Length);
        data.CopyTo(rest[(name + 10)..]);
        _length += name + 10 + data.Length;
        _answers++;
        return DnsFault.None;
    }

    /// <summary>Appends an answer whose data is a name, after <paramref name="before"/> (what SRV has in front of it).</summary>
    public DnsFault AnswerName(DnsType type, uint timeToLive, ReadOnlySpan<char> name, scoped ReadOnlySpan<byte> before = default, ReadOnlySpan<char> owner = default)
    {
        Span<byte> data = stackalloc byte[before.Length + DnsName.MaxLength + 2];
        before.CopyTo(data);
        var fault = DnsName.Write(name, data[before.Length..], out var written);
        return fault != DnsFault.None ? fault : Answer(type, timeToLive, data[..(before.Length + written)], owner);
    }

    /// <summary>Appends the start of authority that a negative answer carries.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="timeToLive">How long the negative answer may be remembered, in seconds.</param>
    public DnsFault Authority(ReadOnlySpan<char> zone, uint timeToLive)
    {
        var rest = Rest;
        var fault = DnsName.Write(zone, rest, out var owner);
        if (fault != DnsFault.None) return fault == DnsFault.Truncated ? Overflow() : fault;

        // The data: two names, both the zone's own written as "." to stay short, and five numbers of 4 bytes.
        const int DataLength = 1 + 1 + (5 * 4);
        if (rest.Length - owner < 10 + DataLength) return Overflow();
        var fields = rest[owner..];
        Head(fields, DnsType.Soa, timeToLive, DataLength);
        fields.Slice(10, DataLength).Clear();
        for (var i = 0; i < 5; i++) BinaryPrimitives.WriteUInt32BigEndian(fields[(12 + (i * 4))..], i == 0 ? 1u : timeToLive);
        _length += owner + 10 + DataLength;
        _authorities++;
        return DnsFault.None;
    }

    /// <summary>Appends the record that says that EDNS is understood (RFC 6891).</summary>
    /// <param name="payloadSize">The largest datagram that is taken, in bytes.</param>
    public DnsFault Edns(ushort payloadSize)
    {
        _kept = 0;
        var rest = Rest;
        if (rest.Length < DnsEdns.Length) return Overflow();
        rest[..DnsEdns.Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(rest[1..], (ushort)DnsType.Opt);
        DnsEdns.SetPayloadSize(rest, payloadSize);
        _length += DnsEdns.Length;
        _additionals++;
        return DnsFault.None;
    }

    /// <summary>Writes the header.</summary>
    /// <returns>The message's length, in bytes.</returns>
    public readonly int Finish()
    {
        new DnsHeader(_id, _flags, _questions, _answers, _authorities, _additionals).Write(_buffer);
        return _length;
    }

    private static void Head(Span<byte> destination, DnsType type, uint timeToLive, int dataLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], (ushort)dataLength);
    }

    private DnsFault Overflow()
    {
        _flags |= DnsHeader.Cut;
        return DnsFault.Truncated;
    }
}
