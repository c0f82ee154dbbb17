using System.Buffers.Binary;
using System.Text;

namespace Weir.Lab.Api.Streams.Spdy;

/// <summary>A header block of SPDY/3: a count, then names and values, each with its length before it, all in four bytes.</summary>
internal static class SpdyHeaders
{
    /// <summary>zlib's header, without a dictionary: what begins the stream of a connection's own header blocks.</summary>
    private static ReadOnlySpan<byte> ZlibHeader => [0x78, 0x01];

    /// <summary>An empty stored block: it makes the reader hand out what came before it.</summary>
    private static ReadOnlySpan<byte> Flush => [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Reads an uncompressed block; null when it is broken.</summary>
    public static Dictionary<string, string>? Read(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!TryNumber(ref block, out var count)) return null;
        for (; count > 0; count--)
        {
            if (!TryText(ref block, out var name) || !TryText(ref block, out var value)) return null;
            headers[name] = value;
        }

        return block.Length == 0 ? headers : null;
    }

    /// <summary>A block without any headers, as it goes on the wire. It is stored, not compressed: answers to a client's streams need no names.</summary>
    /// <param name="isFirst">Whether it begins the connection's zlib stream.</param>
    public static byte[] Empty(bool isFirst)
    {
        ReadOnlySpan<byte> stored = [0x00, 0x04, 0x00, 0xFB, 0xFF, 0, 0, 0, 0];
        return isFirst ? [.. ZlibHeader, .. stored, .. Flush] : [.. stored, .. Flush];
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> block, out int number)
    {
        var isThere = BinaryPrimitives.TryReadInt32BigEndian(block, out number) && number >= 0;
        if (isThere) block = block[4..];
        return isThere;
    }

    private static bool TryText(ref ReadOnlySpan<byte> block, out string text)
    {
        text = "";
        if (!TryNumber(ref block, out var length) || length > block.Length) return false;
        text = Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return true;
    }
}
