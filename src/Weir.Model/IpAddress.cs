using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Weir.Model;

/// <summary>One IPv4 or IPv6 address in the form that the kernel's tables hold: 16 bytes, IPv4 as ::ffff:a.b.c.d.</summary>
/// <param name="High">The first 8 bytes, as a big-endian number.</param>
/// <param name="Low">The last 8 bytes, as a big-endian number.</param>
public readonly record struct IpAddress(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xffff_ffff_0000_0000) == MappedPrefix;

    /// <summary>Whether nothing is stored here: the default value, which is also <c>::</c>.</summary>
    public bool IsNone => High == 0 && Low == 0;

    /// <summary>Reads 16 bytes in network order.</summary>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>The IPv4 address whose number is <paramref name="value"/> (10.0.0.1 is 0x0a000001).</summary>
    public static IpAddress FromIPv4(uint value) => new(0, MappedPrefix | value);

    /// <summary>Reads an address as people write it, IPv4 or IPv6, without prefix length or zone.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static IpAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no IPv4 or IPv6 address.");

    /// <summary>Reads an address as people write it; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpAddress address)
    {
        address = default;
        return text is not null && TryParse(text.AsSpan(), out address);
    }

    /// <summary>Reads an address as people write it, without an allocation; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (text.Contains('%')) return false;
        return text.Contains(':') ? TryParseIPv6(text, out address) : TryParseIPv4(text, out address);
    }

    /// <summary>Writes 16 bytes in network order.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsIPv4)
        {
            var v = (uint)Low;
            return string.Create(CultureInfo.InvariantCulture, $"{v >> 24}.{(v >> 16) & 255}.{(v >> 8) & 255}.{v & 255}");
        }

        Span<ushort> groups = stackalloc ushort[8];
        for (var i = 0; i < 8; i++) groups[i] = (ushort)((i < 4 ? High : Low) >> (48 - (i % 4 * 16)));

        // RFC 5952: the longest run of two or more zero groups becomes "::", the first one where two are equal.
        int best = -1, bestLength = 1;
        for (var i = 0; i < 8; i++)
        {
            var length = 0;
            while (i + length < 8 && groups[i + length] == 0) length++;
            if (length > bestLength) (best, bestLength) = (i, length);
            if (length > 0) i += length - 1;
        }

        var text = new System.Text.StringBuilder(39);
        for (var i = 0; i < 8; i++)
        {
            if (i == best)
            {
                text.Append("::");
                i += bestLength - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':') text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{groups[i]:x}");
        }

        return text.ToString();
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        uint value = 0;
        for (var part = 0; part < 4; part++)
        {
            var end = part == 3 ? text.Length : text.IndexOf('.');
            if (end is < 1 or > 3) return false;
            var digits = text[..end];
            if (digits.Length > 1 && digits[0] == '0') return false; // "010" is octal to some and decimal to others
            if (!byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var octet)) return false;
            value = (value << 8) | octet;
            text = part == 3 ? [] : text[(end + 1)..];
        }

        address = FromIPv4(value);
        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        var gap = text.IndexOf("::");
        Span<ushort> head = stackalloc ushort[8];
        Span<ushort> tail = stackalloc ushort[8];
        int headCount, tailCount = 0;
        if (gap < 0)
        {
            if (!TryGroups(text, head, out headCount) || headCount != 8) return false;
        }
        else
        {
            if (!TryGroups(text[..gap], head, out headCount)) return false;
            if (!TryGroups(text[(gap + 2)..], tail, out tailCount)) return false;
            if (headCount + tailCount > 7) return false;
        }

        tail[..tailCount].CopyTo(head[(8 - tailCount)..]);
        ulong high = 0, low = 0;
        for (var i = 0; i < 4; i++) high = (high << 16) | head[i];
        for (var i = 4; i < 8; i++) low = (low << 16) | head[i];
        address = new IpAddress(high, low);
        return true;
    }

    private static bool TryGroups(ReadOnlySpan<char> text, Span<ushort> groups, out int count)
    {
        count = 0;
        if (text.IsEmpty) return true;
        while (true)
        {
            var colon = text.IndexOf(':');
            var part = colon < 0 ? text : text[..colon];
            if (colon < 0 && part.Contains('.'))
            {
                if (count > 6 || !TryParseIPv4(part, out var v4)) return false;
                groups[count++] = (ushort)(v4.Low >> 16);
                groups[count++] = (ushort)v4.Low;
                return true;
            }

            if (count == 8 || part.Length is 0 or > 4) return false;
            if (!ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out groups[count++])) return false;
            if (colon < 0) return true;
            text = text[(colon + 1)..];
        }
    }
}
