namespace Weir.Protocols.Http;

/// <summary>Reads the heads of HTTP/1.1 and HTTP/1.0 messages, strictly: what could be read in two ways is refused (RFC 9112 §11.2).</summary>
public static class HttpHeadReader
{
    /// <summary>Reads a request's head.</summary>
    /// <param name="bytes">Starts with the head; what follows it is not looked at.</param>
    /// <param name="head">Receives what it says; of no use after a fault.</param>
    /// <returns><see cref="HttpFault.None"/>, <see cref="HttpFault.Incomplete"/> where more bytes are needed, or what is wrong. Never throws.</returns>
    public static HttpFault ReadRequest(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        head.Reset();
        var start = bytes.StartsWith("\r\n"u8) ? 2 : 0; // one empty line before a request is forgiven (RFC 9112 §2.2)
        if (FindEnd(bytes, start, out var end) is not HttpFault.None and var unfinished) return unfinished;
        head.Length = end;
        var line = bytes[start..(start + bytes[start..end].IndexOf("\r\n"u8))];
        var fault = StartLineReader.ReadRequest(line, start, head);
        if (fault == HttpFault.None) fault = ReadFields(bytes, start + line.Length + 2, end - 2, head);
        if (fault == HttpFault.None) fault = HttpFraming.CheckRequest(bytes, head);
        return fault;
    }

    /// <summary>Reads a response's head.</summary>
    /// <inheritdoc cref="ReadRequest" path="/param"/>
    /// <inheritdoc cref="ReadRequest" path="/returns"/>
    public static HttpFault ReadResponse(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        head.Reset();
        if (FindEnd(bytes, 0, out var end) is not HttpFault.None and var unfinished) return unfinished;
        head.Length = end;
        var line = bytes[..bytes[..end].IndexOf("\r\n"u8)];
        var fault = StartLineReader.ReadResponse(line, head);
        if (fault == HttpFault.None) fault = ReadFields(bytes, line.Length + 2, end - 2, head);
        if (fault == HttpFault.None) fault = HttpFraming.CheckResponse(bytes, head);
        return fault;
    }

    private static HttpFault FindEnd(ReadOnlySpan<byte> bytes, int start, out int end)
    {
        var at = bytes[start..].IndexOf("\r\n\r\n"u8);
        end = start + at + 4;
        if (at >= 0) return HttpFault.None;

        // A head that ends its lines otherwise would never be complete: say so at once.
        for (var rest = bytes[start..]; rest.IndexOf((byte)'\n') is var feed and >= 0; rest = rest[(feed + 1)..])
        {
            if (feed == 0 || rest[feed - 1] != '\r') return HttpFault.BareLineBreak;
        }

        return HttpFault.Incomplete;
    }

    /// <summary>Reads the lines from <paramref name="at"/> to <paramref name="end"/>; each ends with CR LF.</summary>
    private static HttpFault ReadFields(ReadOnlySpan<byte> bytes, int at, int end, HttpHead head)
    {
        while (at < end)
        {
            var length = bytes[at..end].IndexOf((byte)'\r');
            var line = bytes.Slice(at, length);
            if (bytes[at + length + 1] != '\n') return HttpFault.BareLineBreak;
            if (FieldLine.Read(line, out var nameLength, out var valueStart, out var valueLength) is not HttpFault.None and var fault) return fault;
            var field = new HeaderField(KindOf(line[..nameLength]), new HeadSlice(at, nameLength), new HeadSlice(at + valueStart, valueLength));
            if (!head.TryAdd(field)) return HttpFault.TooManyFields;
            at += length + 2;
        }

        return HttpFault.None;
    }

    private static HeaderName KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when HttpText.Same(name, "host"u8) => HeaderName.Host,
        6 when HttpText.Same(name, "expect"u8) => HeaderName.Expect,
        7 when HttpText.Same(name, "upgrade"u8) => HeaderName.Upgrade,
        10 when HttpText.Same(name, "connection"u8) => HeaderName.Connection,
        10 when HttpText.Same(name, "keep-alive"u8) => HeaderName.KeepAlive,
        14 when HttpText.Same(name, "content-length"u8) => HeaderName.ContentLength,
        14 when HttpText.Same(name, "http2-settings"u8) => HeaderName.Http2Settings,
        16 when HttpText.Same(name, "proxy-connection"u8) => HeaderName.ProxyConnection,
        17 when HttpText.Same(name, "transfer-encoding"u8) => HeaderName.TransferEncoding,
        _ => HeaderName.Other,
    };
}
