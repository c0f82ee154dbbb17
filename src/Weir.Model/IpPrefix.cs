using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Weir.Model;

/// <summary>A range of addresses that share their first bits: a CIDR.</summary>
/// <remarks>Host bits are cleared on construction, so that equal ranges compare equal.</remarks>
public readonly record struct IpPrefix
{
    /// <summary>Makes the range of <paramref name="length"/> leading bits of <paramref name="address"/>.</summary>
    /// <param name="address">Any address inside the range.</param>
    /// <param name="length">Bits in the address's own family: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is too long for the family.</exception>
    public IpPrefix(IpAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.IsIPv4 ? 32 : 128);
        MappedLength = address.IsIPv4 ? length + 96 : length;
        Address = Mask(address, MappedLength);
    }

    /// <summary>The first address of the range.</summary>
    public IpAddress Address { get; }

    /// <summary>The prefix length over the 128-bit form: an IPv4 /24 is 120. What the kernel's tries are keyed by.</summary>
    public int MappedLength { get; }

    /// <summary>The prefix length in the address's own family, as people write it.</summary>
    public int Length => Address.IsIPv4 && MappedLength >= 96 ? MappedLength - 96 : MappedLength;

    /// <summary>The range that holds one address only.</summary>
    public static IpPrefix Of(IpAddress address) => new(address, address.IsIPv4 ? 32 : 128);

    /// <summary>Reads "10.0.0.0/8" or "2001:db8::/32"; an address alone is the range of itself.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpPrefix prefix)
    {
        prefix = default;
        if (text is null) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        var longest = address.IsIPv4 ? 32 : 128;
        var length = longest;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)) return false;
        if (length > longest) return false;
        prefix = new IpPrefix(address, length);
        return true;
    }

    /// <summary>Reads what <see cref="TryParse"/> reads.</summary>
    /// <exception cref="FormatException">The text is no range.</exception>
    public static IpPrefix Parse(string text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is no CIDR such as 10.0.0.0/8 or 2001:db8::/32.");

    /// <summary>Whether <paramref name="address"/> lies in the range; an IPv4 address never lies in an IPv6 range.</summary>
    public bool Contains(IpAddress address) =>
        address.IsIPv4 == Address.IsIPv4 && Mask(address, MappedLength) == Address;

    /// <summary>Whether every address of <paramref name="other"/> lies in the range.</summary>
    public bool Contains(IpPrefix other) => other.MappedLength >= MappedLength && Contains(other.Address);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    private static IpAddress Mask(IpAddress address, int length) => new(
        length >= 64 ? address.High : address.High & HighBits(length),
        length >= 64 ? address.Low & HighBits(length - 64) : 0);

    private static ulong HighBits(int count) => count == 0 ? 0 : ulong.MaxValue << (64 - count);
}
