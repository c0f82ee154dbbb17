using System.Text;

namespace Weir.Protocols.Dns;

/// <summary>Reads and writes domain names in DNS messages.</summary>
public static class DnsName
{
    /// <summary>The longest name in its dotted form, in bytes.</summary>
    public const int MaxLength = 253;

    private const int MaxLabel = 63;

    /// <summary>Reads the name at <paramref name="offset"/>, following compression pointers.</summary>
    /// <param name="message">The whole message: pointers are offsets into it.</param>
    /// <param name="offset">Where the name starts, in bytes. On success it moves past the name; on a fault it stays.</param>
    /// <param name="destination">Receives the name, dotted, lower case, without the last dot.
    /// <see cref="MaxLength"/> bytes always suffice.</param>
    /// <param name="length">Bytes written to <paramref name="destination"/>; 0 for the root and on a fault.</param>
    /// <returns><see cref="DnsFault.None"/>, or what is wrong. Never throws on any <paramref name="message"/>.</returns>
    public static DnsFault Read(ReadOnlySpan<byte> message, ref int offset, Span<byte> destination, out int length)
    {
        length = 0;
        var written = 0;
        var next = offset;
        var end = -1;

        // Each pointer must land before the one that led to it, so the walk shrinks and cannot loop.
        var limit = offset;

        while (true)
        {
            if ((uint)next >= (uint)message.Length) return DnsFault.Truncated;
            int head = message[next];
            if (head == 0)
            {
                offset = end < 0 ? next + 1 : end;
                length = written;
                return DnsFault.None;
            }

            switch (head & 0xC0)
            {
                case 0x00:
                    if (head >= message.Length - next) return DnsFault.Truncated;
                    var label = message.Slice(next + 1, head);
                    if (label.Contains((byte)'.')) return DnsFault.DotInLabel;
                    if (!TryAppend(label, destination, ref written)) return DnsFault.NameTooLong;
                    next += 1 + head;
                    break;

                case 0xC0:
                    if (next + 1 >= message.Length) return DnsFault.Truncated;
                    var target = ((head & 0x3F) << 8) | message[next + 1];
                    if (target >= limit) return DnsFault.PointerNotBackwards;
                    if (end < 0) end = next + 2;
                    limit = next = target;
                    break;

                default:
                    return DnsFault.ReservedLabel;
            }
        }
    }

    /// <summary>Reads a name into a string: for where a string is wanted anyway.</summary>
    public static DnsFault Read(ReadOnlySpan<byte> message, ref int offset, out string name)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        var fault = Read(message, ref offset, bytes, out var length);
        name = Encoding.Latin1.GetString(bytes[..length]);
        return fault;
    }

    /// <summary>Writes a name without compression.</summary>
    /// <param name="name">Dotted; a last dot is allowed; empty is the root.</param>
    /// <param name="destination">Needs the name's length and 2 bytes more.</param>
    /// <param name="length">Bytes written; 0 on a fault.</param>
    /// <returns><see cref="DnsFault.NameTooLong"/> for a name that DNS cannot carry, <see cref="DnsFault.Truncated"/> for too small a destination.</returns>
    public static DnsFault Write(ReadOnlySpan<char> name, Span<byte> destination, out int length)
    {
        length = 0;
        name = name.EndsWith(".") ? name[..^1] : name;
        if (name.Length > MaxLength) return DnsFault.NameTooLong;
        var written = 0;
        while (!name.IsEmpty)
        {
            var dot = name.IndexOf('.');
            var label = dot < 0 ? name : name[..dot];
            if (label.Length is 0 or > MaxLabel || dot == name.Length - 1) return DnsFault.NameTooLong;
            if (written + 1 + label.Length > destination.Length) return DnsFault.Truncated;
            destination[written++] = (byte)label.Length;
            foreach (var c in label) destination[written++] = (byte)c;
            name = dot < 0 ? [] : name[(dot + 1)..];
        }

        if (written >= destination.Length) return DnsFault.Truncated;
        destination[written++] = 0;
        length = written;
        return DnsFault.None;
    }

    private static bool TryAppend(ReadOnlySpan<byte> label, Span<byte> destination, ref int written)
    {
        var dot = written == 0 ? 0 : 1;
        if (written + dot + label.Length > Math.Min(MaxLength, destination.Length)) return false;
        if (dot == 1) destination[written++] = (byte)'.';
        foreach (var b in label)
            destination[written++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        return true;
    }
}
