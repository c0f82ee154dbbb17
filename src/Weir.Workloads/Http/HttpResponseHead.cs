using System.Globalization;

namespace Weir.Workloads.Http;

/// <summary>An answer's first line and headers; the body is still on the wire.</summary>
/// <param name="StatusLine">As received: "HTTP/1.1 403 Forbidden".</param>
/// <param name="Status">Its number.</param>
/// <param name="Headers">In order, as received.</param>
internal sealed record HttpResponseHead(string StatusLine, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Bytes of the body; null when the connection's end ends it, or it comes in chunks.</summary>
    public long? ContentLength => long.TryParse(this["content-length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked => string.Equals(this["transfer-encoding"], "chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>A header's value; null without it.</summary>
    public string? this[string name] => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Reads it, interim answers (100) skipped.</summary>
    /// <exception cref="InvalidDataException">It is no HTTP.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public static async Task<HttpResponseHead> ReadAsync(WireReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var line = await reader.LineAsync(cancellation) ?? throw new EndOfStreamException("The server closed the connection without an answer.");
            var words = line.Split(' ', 3);
            if (words.Length < 2 || !words[0].StartsWith("HTTP/", StringComparison.Ordinal)
                || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new InvalidDataException($"'{line}' is no HTTP status line.");
            var headers = await HttpHeaders.ReadAsync(reader, cancellation);
            if (status != 100) return new HttpResponseHead(line, status, headers);
        }
    }

    /// <summary>Copies the body.</summary>
    /// <returns>Whether it came whole.</returns>
    public async Task<bool> CopyBodyAsync(WireReader reader, Stream destination, CancellationToken cancellation)
    {
        if (Status is 204 or 304) return true;
        if (!IsChunked)
        {
            var copied = await reader.CopyAsync(destination, ContentLength, cancellation);
            return ContentLength is null || copied == ContentLength;
        }

        while (true)
        {
            var line = await reader.LineAsync(cancellation);
            if (line is null || !long.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)) return false;
            if (size == 0) return true;
            if (await reader.CopyAsync(destination, size, cancellation) < size) return false;
            await reader.LineAsync(cancellation);
        }
    }
}
