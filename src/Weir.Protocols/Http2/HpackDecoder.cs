namespace Weir.Protocols.Http2;

/// <summary>Reads the header blocks of one side of an HTTP/2 connection (RFC 7541), in the order in which they come.</summary>
public sealed class HpackDecoder
{
    private readonly HpackTable _table = new();
    private byte[] _name = new byte[256];
    private byte[] _value = new byte[1024];

    /// <summary>Reads a whole block.</summary>
    /// <param name="block">The fragments put together.</param>
    /// <param name="fields">Receives the fields; the block is read to its end even where they are too many, since later ones build on it.</param>
    /// <returns>False where it is malformed: nothing that follows on the connection can be read then. Never throws.</returns>
    public bool TryRead(ReadOnlySpan<byte> block, HeaderList fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Clear();
        var isFirst = true;
        while (!block.IsEmpty)
        {
            var head = block[0];
            if ((head & 0x80) != 0)
            {
                if (!TryInteger(ref block, 7, out var number) || !_table.TryGet(number, out var name, out var value)) return false;
                fields.Add(name, value);
            }
            else if ((head & 0xE0) == 0x20)
            {
                if (!isFirst && fields.Count > 0) return false;
                if (!TryInteger(ref block, 5, out var size) || !_table.TryResize(size)) return false;
            }
            else if (!TryLiteral(ref block, keeps: (head & 0x40) != 0, fields))
            {
                return false;
            }

            isFirst = false;
        }

        return true;
    }

    private bool TryLiteral(scoped ref ReadOnlySpan<byte> block, bool keeps, HeaderList fields)
    {
        if (!TryInteger(ref block, keeps ? 6 : 4, out var number)) return false;
        ReadOnlySpan<byte> name;
        if (number == 0)
        {
            if (!TryString(ref block, ref _name, out name)) return false;
        }
        else
        {
            if (!_table.TryGet(number, out var known, out _)) return false;
            name = known;
        }

        if (!TryString(ref block, ref _value, out var value)) return false;
        fields.Add(name, value);
        if (keeps) _table.Add(name, value);
        return true;
    }

    private static bool TryString(scoped ref ReadOnlySpan<byte> block, scoped ref byte[] buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (block.IsEmpty) return false;
        var isCoded = (block[0] & 0x80) != 0;
        if (!TryInteger(ref block, 7, out var length) || length > block.Length) return false;
        text = block[..length];
        block = block[length..];
        if (!isCoded) return true;
        if (buffer.Length < length * 8 / 5) buffer = new byte[length * 2];
        if (!HpackHuffman.TryDecode(text, buffer, out var decoded)) return false;
        text = buffer.AsSpan(0, decoded);
        return true;
    }

    private static bool TryInteger(scoped ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        var most = (1 << prefixBits) - 1;
        value = block[0] & most;
        block = block[1..];
        if (value < most) return true;
        for (var shift = 0; shift <= 14; shift += 7)
        {
            if (block.IsEmpty) return false;
            var part = block[0];
            block = block[1..];
            value += (part & 0x7F) << shift;
            if ((part & 0x80) == 0) return true;
        }

        return false; // beyond two megabytes: nothing that is read here is as large
    }
}
