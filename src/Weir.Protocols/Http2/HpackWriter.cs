namespace Weir.Protocols.Http2;

/// <summary>Writes header blocks that depend on nothing sent before: every field in full (RFC 7541 §6.2.2).</summary>
public static class HpackWriter
{
    /// <summary>How many bytes a field needs at most.</summary>
    public static int LengthOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length + value.Length + 9;

    /// <summary>Writes a field.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        destination[0] = 0;
        var at = 1 + WriteString(name, destination[1..]);
        return at + WriteString(value, destination[at..]);
    }

    private static int WriteString(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var at = 0;
        if (text.Length < 127)
        {
            destination[at++] = (byte)text.Length;
        }
        else
        {
            destination[at++] = 127;
            var rest = text.Length - 127;
            for (; rest >= 128; rest >>= 7) destination[at++] = (byte)(0x80 | (rest & 0x7F));
            destination[at++] = (byte)rest;
        }

        text.CopyTo(destination[at..]);
        return at + text.Length;
    }
}
