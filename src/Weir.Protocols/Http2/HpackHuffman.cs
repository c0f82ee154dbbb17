namespace Weir.Protocols.Http2;

/// <summary>The Huffman code of HPACK (RFC 7541 Appendix B). It is canonical: the lengths tell the codes.</summary>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int LongestCode = 30;

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    // Of each length: the first code, and where its symbols begin in _symbols.
    private static readonly (uint First, int At, int Count)[] _byLength = new (uint, int, int)[LongestCode + 1];
    private static readonly ushort[] _symbols = new ushort[257];

    static HpackHuffman()
    {
        var at = 0;
        uint code = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            code <<= 1;
            var first = at;
            for (var symbol = 0; symbol < 257; symbol++)
            {
                if (Lengths[symbol] == length) _symbols[at++] = (ushort)symbol;
            }

            _byLength[length] = (code, first, at - first);
            code += (uint)(at - first);
        }
    }

    /// <summary>Decodes a string.</summary>
    /// <param name="coded">The coded bytes.</param>
    /// <param name="destination">Receives the text; a byte of it takes at least five bits of <paramref name="coded"/>.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False where the code is malformed, its padding included, or the text does not fit.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> coded, Span<byte> destination, out int length)
    {
        length = 0;
        uint code = 0;
        var bits = 0;
        var ones = true;
        foreach (var octet in coded)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var value = (uint)(octet >> bit) & 1;
                code = (code << 1) | value;
                ones &= value == 1;
                if (++bits > LongestCode) return false;
                var (first, at, count) = _byLength[bits];
                if (code < first || code - first >= count) continue;
                var symbol = _symbols[at + (int)(code - first)];
                if (symbol == EndOfString || length == destination.Length) return false;
                destination[length++] = (byte)symbol;
                (code, bits, ones) = (0, 0, true);
            }
        }

        // What is left is padding: at most seven ones (RFC 7541 §5.2).
        return bits < 8 && ones;
    }
}
