namespace Weir.Protocols.Dns;

/// <summary>Walks a message from front to back: header, questions, answers. Never throws, whatever the bytes; the first fault ends the walk.</summary>
/// <remarks>Counts in the header are not believed: a message that ends before they do has a fault.</remarks>
public ref struct DnsReader
{
    private readonly ReadOnlySpan<byte> _message;
    private int _offset;
    private int _questions, _answers;

    /// <summary>Starts at a message's header.</summary>
    public DnsReader(ReadOnlySpan<byte> message)
    {
        _message = message;
        Fault = DnsHeader.Read(message, out var header);
        Header = header;
        if (Fault != DnsFault.None) return;
        _offset = DnsHeader.Length;
        (_questions, _answers) = (header.Questions, header.Answers);
    }

    /// <summary>The header; all zero on a fault in it.</summary>
    public DnsHeader Header { get; }

    /// <summary>What was found wrong so far.</summary>
    public DnsFault Fault { get; private set; }

    /// <summary>Where the walk stands, in bytes from the message's start.</summary>
    public readonly int Offset => _offset;

    /// <summary>Reads the next question.</summary>
    /// <param name="name">Receives the name, dotted and lower case; <see cref="DnsName.MaxLength"/> bytes suffice.</param>
    /// <param name="length">Bytes of the name.</param>
    /// <param name="question">Its type and class.</param>
    /// <returns>False after the last one, and on a fault.</returns>
    public bool NextQuestion(scoped Span<byte> name, out int length, out DnsQuestion question)
    {
        (length, question) = (0, default);
        if (Fault != DnsFault.None || _questions == 0) return false;
        _questions--;
        Fault = DnsQuestion.Read(_message, ref _offset, name, out length, out question);
        return Fault == DnsFault.None;
    }

    /// <summary>Reads the next answer; questions that were not read are skipped.</summary>
    /// <param name="name">Receives the owner's name.</param>
    /// <param name="length">Bytes of the name.</param>
    /// <param name="record">The rest.</param>
    /// <returns>False after the last one, and on a fault.</returns>
    public bool NextAnswer(scoped Span<byte> name, out int length, out DnsRecord record)
    {
        (length, record) = (0, default);
        while (_questions > 0)
            if (!NextQuestion(name, out _, out _)) return false;
        if (Fault != DnsFault.None || _answers == 0) return false;
        _answers--;
        Fault = DnsRecord.Read(_message, ref _offset, name, out length, out record);
        return Fault == DnsFault.None;
    }

    /// <summary>The data of a record that was read.</summary>
    public readonly ReadOnlySpan<byte> DataOf(DnsRecord record) => _message.Slice(record.DataOffset, record.DataLength);

    /// <summary>Reads a name that stands in a record's data (CNAME); a fault in it is no fault of the walk.</summary>
    public readonly DnsFault NameIn(DnsRecord record, scoped Span<byte> name, out int length)
    {
        var offset = record.DataOffset;
        return DnsName.Read(_message[..(record.DataOffset + record.DataLength)], ref offset, name, out length);
    }
}
