namespace Weir.Protocols.Http;

/// <summary>
/// Brings a path into the one form that is judged and passed on, so that <c>/public/../admin</c> is not taken for something public:
/// as Cilium's Envoy does it (<c>http-normalize-path</c>): dot segments resolved, slashes merged, escaped unreserved characters written out,
/// backslashes taken for slashes. The query stays as it is.
/// </summary>
public static class HttpPath
{
    /// <summary>Writes the normal form of <paramref name="path"/>.</summary>
    /// <param name="path">A path from its slash on, with its query.</param>
    /// <param name="destination">At least as long as the path; the normal form is never longer.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>What to do with the request.</returns>
    public static PathForm Normalize(ReadOnlySpan<byte> path, Span<byte> destination, out int length)
    {
        var form = PathForm.Judged;
        var query = path.IndexOf((byte)'?');
        var tail = query < 0 ? default : path[query..];
        var rest = query < 0 ? path : path[..query];
        var written = length = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            var character = rest[i];
            if (character == '%')
            {
                if (i + 2 >= rest.Length || !TryHex(rest[i + 1], out var high) || !TryHex(rest[i + 2], out var low)) return PathForm.Refused;
                var plain = (byte)((high << 4) | low);
                if (plain == 0) return PathForm.Refused;
                if (plain is (byte)'/' or (byte)'\\') form = PathForm.Redirected;
                if (IsUnreserved(plain) || plain is (byte)'/' or (byte)'\\')
                {
                    character = plain;
                    i += 2;
                }
            }

            if (character == '\\') character = (byte)'/';
            if (character == '/')
            {
                written = CloseSegment(destination, written);
                if (written > 0 && destination[written - 1] == '/') continue;
            }

            destination[written++] = character;
        }

        written = CloseSegment(destination, written);
        tail.CopyTo(destination[written..]);
        length = written + tail.Length;
        return form;
    }

    /// <summary>Resolves a last segment of one or two dots; what is left then ends with its slash.</summary>
    private static int CloseSegment(Span<byte> text, int length)
    {
        var slash = text[..length].LastIndexOf((byte)'/');
        if (slash < 0) return length;
        var segment = text[(slash + 1)..length];
        if (segment.SequenceEqual("."u8)) return slash + 1;
        if (!segment.SequenceEqual(".."u8)) return length;
        var parent = text[..slash].LastIndexOf((byte)'/');
        return parent < 0 ? slash + 1 : parent + 1;
    }

    private static bool IsUnreserved(byte character) => char.IsAsciiLetterOrDigit((char)character) || character is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    private static bool TryHex(byte digit, out int value)
    {
        value = char.IsAsciiHexDigit((char)digit) ? (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10) : -1;
        return value >= 0;
    }
}
