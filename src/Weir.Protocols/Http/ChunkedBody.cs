namespace Weir.Protocols.Http;

/// <summary>Follows a chunked body to its end (RFC 9112 §7.1), trailers included, without keeping any of it.</summary>
/// <remarks>A mutable value: one for each body, kept where it is used. Every byte that it takes has been checked and may be passed on as it is.</remarks>
public struct ChunkedBody
{
    /// <summary>The longest line of a chunk's size with its extensions, and the longest trailer field, in bytes.</summary>
    public const int MaxLine = 4096;

    private const int MaxTrailers = 32;

    private long _left;
    private int _trailers;
    private Step _step;

    private enum Step : byte
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        Done,
    }

    /// <summary>Whether the body is over.</summary>
    public readonly bool IsDone => _step == Step.Done;

    /// <summary>Takes as much of <paramref name="bytes"/> as belongs to the body; a line that is not complete is left for the next call.</summary>
    /// <param name="bytes">What follows that which was taken before.</param>
    /// <param name="taken">How many bytes belong to the body; those before a fault are counted too.</param>
    /// <returns><see cref="HttpFault.None"/> or what is wrong. Never throws.</returns>
    public HttpFault Take(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (_step != Step.Done)
        {
            var rest = bytes[taken..];
            if (_step == Step.Data)
            {
                var part = (int)Math.Min(_left, rest.Length);
                taken += part;
                _left -= part;
                if (_left > 0) return HttpFault.None;
                _step = Step.DataEnd;
                continue;
            }

            if (_step == Step.DataEnd)
            {
                if (rest.Length >= 1 && rest[0] != '\r') return HttpFault.BadChunk;
                if (rest.Length < 2) return HttpFault.None;
                if (rest[1] != '\n') return HttpFault.BadChunk;
                taken += 2;
                _step = Step.Size;
                continue;
            }

            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0 || (end == rest.Length - 1 && rest[end] == '\r')) return rest.Length > MaxLine ? HttpFault.TooLarge : HttpFault.None;
            if (rest[end] == '\n' || rest[end + 1] != '\n') return HttpFault.BareLineBreak;
            if (end > MaxLine) return HttpFault.TooLarge;
            var fault = _step == Step.Size ? TakeSize(rest[..end]) : TakeTrailer(rest[..end]);
            if (fault != HttpFault.None) return fault;
            taken += end + 2;
        }

        return HttpFault.None;
    }

    private HttpFault TakeSize(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = semicolon < 0 ? line : line[..semicolon];
        if (digits.Length is 0 or > 15) return HttpFault.BadChunk;
        long size = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return HttpFault.BadChunk;
            size = (size << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        if (line.ContainsAnyExcept(HttpText.Value)) return HttpFault.BadChunk;
        _left = size;
        _step = size == 0 ? Step.Trailers : Step.Data;
        return HttpFault.None;
    }

    private HttpFault TakeTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _step = Step.Done;
            return HttpFault.None;
        }

        if (++_trailers > MaxTrailers) return HttpFault.TooManyFields;
        if (FieldLine.Read(line, out var nameLength, out _, out _) != HttpFault.None) return HttpFault.BadTrailer;
        var name = line[..nameLength];
        return HttpText.Same(name, "content-length"u8) || HttpText.Same(name, "transfer-encoding"u8) || HttpText.Same(name, "host"u8)
            ? HttpFault.BadTrailer
            : HttpFault.None;
    }
}
