namespace Weir.Protocols.Http;

/// <summary>What the head of a request or response says, as places in its bytes. Made once and read into many times.</summary>
/// <remarks>Valid only together with the bytes that it was read from.</remarks>
public sealed class HttpHead
{
    /// <summary>The most header fields of one head: as many as Envoy takes.</summary>
    public const int MaxFields = 100;

    private readonly HeaderField[] _fields = new HeaderField[MaxFields];

    /// <summary>The head's bytes with the empty line at its end.</summary>
    public int Length { get; internal set; }

    /// <summary>The header fields in their order.</summary>
    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, Count);

    /// <summary>The request's method; not in a response.</summary>
    public HeadSlice Method { get; internal set; }

    /// <summary>The request's target as sent; not in a response.</summary>
    public HeadSlice Target { get; internal set; }

    /// <summary>The path with its query: the whole target, or the part of an absolute URL from the first slash on; empty where that has none, and after CONNECT.</summary>
    public HeadSlice Path { get; internal set; }

    /// <summary>The host with its port: of the target where it names one, else of the Host field; empty where there is none.</summary>
    public HeadSlice Host { get; internal set; }

    /// <summary>The response's status, 100 to 999; 0 in a request.</summary>
    public int Status { get; internal set; }

    /// <summary>The response's words after the status; may be empty.</summary>
    public HeadSlice Reason { get; internal set; }

    /// <summary>Whether the version is HTTP/1.0.</summary>
    public bool IsVersion10 { get; internal set; }

    /// <summary>Whether the method is CONNECT.</summary>
    public bool IsConnect { get; internal set; }

    /// <summary>Whether the method is HEAD.</summary>
    public bool IsHead { get; internal set; }

    /// <summary>How a request's body ends. For a response ask <see cref="ResponseFraming"/>.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>Content-Length in bytes; -1 where there is none.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Whether the connection stays open after this message, as far as its sender says.</summary>
    public bool KeepsAlive { get; internal set; }

    /// <summary>Whether the request waits for <c>100 Continue</c>.</summary>
    public bool ExpectsContinue { get; internal set; }

    /// <summary>The protocol to change to, where Connection and Upgrade both say so; else empty.</summary>
    public HeadSlice Upgrade { get; internal set; }

    internal int Count { get; private set; }

    /// <summary>How the body of this response ends.</summary>
    /// <param name="toHead">Whether the request was HEAD.</param>
    /// <param name="toConnect">Whether the request was CONNECT.</param>
    public BodyFraming ResponseFraming(bool toHead, bool toConnect)
    {
        if (toHead || Status is < 200 or 204 or 304) return BodyFraming.None;
        if (toConnect && Status is >= 200 and < 300) return BodyFraming.None;
        if (Framing == BodyFraming.Chunked) return BodyFraming.Chunked;
        return ContentLength switch { < 0 => BodyFraming.UntilClose, 0 => BodyFraming.None, _ => BodyFraming.Length };
    }

    /// <summary>The value of the first field of this name.</summary>
    /// <param name="head">The bytes that this was read from.</param>
    /// <param name="name">The name, in any case.</param>
    /// <param name="value">Its value.</param>
    /// <param name="next">Where to look for another one of the same name: an index into <see cref="Fields"/>. Start with 0; -1 after the last.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(ReadOnlySpan<byte> head, ReadOnlySpan<char> name, out ReadOnlySpan<byte> value, ref int next)
    {
        for (var i = next; i >= 0 && i < Count; i++)
        {
            if (_fields[i].Name.Length != name.Length || !System.Text.Ascii.EqualsIgnoreCase(_fields[i].Name.Of(head), name)) continue;
            value = _fields[i].Value.Of(head);
            next = i + 1;
            return true;
        }

        value = default;
        next = -1;
        return false;
    }

    internal void Reset()
    {
        Count = 0;
        Length = 0;
        Method = Target = Path = Host = Reason = Upgrade = default;
        Status = 0;
        IsVersion10 = IsConnect = IsHead = ExpectsContinue = false;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepsAlive = true;
    }

    internal bool TryAdd(HeaderField field)
    {
        if (Count == MaxFields) return false;
        _fields[Count++] = field;
        return true;
    }
}
