using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of IPv4 and IPv6 addresses; a prefix is written after a slash, and the shorter of two prefixes counts.</summary>
internal static partial class AddressFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Long("k_parse_ipv4", r => V4(r.Text(0)) is { } a ? Masked(a.Address, a.Prefix) : null),
        Long("k_parse_ipv4_mask", r => V4(r.Text(0)) is { } a && r.Long(1) is >= 0 and <= 32 and var p ? Masked(a.Address, Math.Min(a.Prefix, (int)p)) : null),
        Text("k_format_ipv4", r => Format(r, withMask: false)),
        Text("k_format_ipv4_mask", r => Format(r, withMask: true)),
        Long("k_ipv4_compare", r => Compare(r)),
        Bool("k_ipv4_is_match", r => Compare(r) is { } c ? c == 0 : null),
        Bool("k_ipv4_is_in_range", r => InRange(r.Text(0), r.Text(1))),
        Bool("k_ipv4_is_in_any_range", r => V4(r.Text(0)) is null ? null : Ranges(r).Any(n => InRange(r.Text(0), n) == true)),
        Long("k_ipv4_netmask_suffix", r => V4(r.Text(0))?.Prefix),
        Bool("k_ipv4_is_private", r => V4(r.Text(0)) is { } a ? IsPrivate(a) : null),
        Text("k_ipv4_range_to_cidr_list", r => V4(r.Text(0)) is { } a && V4(r.Text(1)) is { } b ? JsonValues.Write(new JsonArray([.. Cidrs(a.Address, b.Address).Select(c => (JsonNode)c)])) : null),
        Text("k_parse_ipv6", r => V6(r.Text(0)) is { } a ? Full(Mask(a.Address, a.Prefix)) : ""),
        Text("k_parse_ipv6_mask", r => V6(r.Text(0)) is { } a && r.Long(1) is >= 0 and <= 128 and var p ? Full(Mask(a.Address, Math.Min(a.Prefix, (int)p))) : ""),
        Long("k_ipv6_compare", r => Compare6(r)),
        Bool("k_ipv6_is_match", r => Compare6(r) is { } c ? c == 0 : null),
        Bool("k_ipv6_is_in_range", r => InRange6(r.Text(0), r.Text(1))),
        Bool("k_ipv6_is_in_any_range", r => V6(r.Text(0)) is null ? null : Ranges(r).Any(n => InRange6(r.Text(0), n) == true)),
        Bool("k_has_ipv4", r => Found(r.Text(0)).Contains(r.Text(1))),
        Bool("k_has_ipv4_prefix", r => HasPrefix(r.Text(0), r.Text(1))),
        Bool("k_has_any_ipv4", r => Ranges(r).Any(Found(r.Text(0)).Contains)),
        Bool("k_has_any_ipv4_prefix", r => Ranges(r).Any(p => HasPrefix(r.Text(0), p))),
    ];

    /// <summary>An IPv4 address and its prefix; null for other texts.</summary>
    public static (uint Address, int Prefix)? V4(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var prefix = 32;
        if (slash >= 0 && !(int.TryParse(text.AsSpan(slash + 1), out prefix) && prefix is >= 0 and <= 32)) return null;
        uint address = 0;
        var parts = (slash < 0 ? text : text[..slash]).Trim().Split('.');
        if (parts.Length != 4) return null;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || !byte.TryParse(part, System.Globalization.NumberStyles.None, null, out var one)) return null;
            address = (address << 8) | one;
        }

        return (address, prefix);
    }

    /// <summary>Whether an address is in a range; null when either is none.</summary>
    public static bool? InRange(string address, string range) =>
        V4(address) is { } a && V4(range) is { } r ? Masked(a.Address, r.Prefix) == Masked(r.Address, r.Prefix) : null;

    /// <summary>As <see cref="InRange"/>, with IPv4 mapped into IPv6.</summary>
    public static bool? InRange6(string address, string range) =>
        V6(address) is { } a && V6(range) is { } r ? Mask(a.Address, r.Prefix) == Mask(r.Address, r.Prefix) : null;

    private static long Masked(uint address, int prefix) => prefix == 0 ? 0 : address & (uint.MaxValue << (32 - prefix));

    private static (UInt128 Address, int Prefix)? V6(string text)
    {
        if (V4(text) is { } v4) return ((UInt128)0xffff00000000 | v4.Address, 96 + v4.Prefix);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var prefix = 128;
        if (slash >= 0 && !(int.TryParse(text.AsSpan(slash + 1), out prefix) && prefix is >= 0 and <= 128)) return null;
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6) return null;
        return (address.GetAddressBytes().Aggregate((UInt128)0, (sum, b) => (sum << 8) | b), prefix);
    }

    private static UInt128 Mask(UInt128 address, int prefix) => prefix == 0 ? 0 : address & (UInt128.MaxValue << (128 - prefix));

    private static string Full(UInt128 address) => string.Join(':', Enumerable.Range(0, 8).Select(i => ((ushort)(address >> (112 - (16 * i)))).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)));

    private static string Dotted(uint address) => $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";

    private static string Format(FunctionRow row, bool withMask)
    {
        (uint Address, int Prefix)? given = row.IsNull(0) ? null
            : row.Type(0) == DuckDB.NET.Native.DuckDBType.Varchar ? V4(row.Text(0)) : row.Long(0) is >= 0 and <= uint.MaxValue and var number ? ((uint)number, 32) : null;
        if (given is not { } a || (row.Count > 1 && row.Long(1) is not (>= 0 and <= 32))) return "";
        var prefix = Math.Min(a.Prefix, (int)row.Long(1, 32));
        return Dotted((uint)Masked(a.Address, prefix)) + (withMask ? $"/{prefix}" : "");
    }

    private static long? Compare(FunctionRow row)
    {
        if (V4(row.Text(0)) is not { } a || V4(row.Text(1)) is not { } b || (row.Count > 2 && row.Long(2) is not (>= 0 and <= 32))) return null;
        var prefix = Math.Min(Math.Min(a.Prefix, b.Prefix), (int)row.Long(2, 32));
        return Math.Sign(Masked(a.Address, prefix).CompareTo(Masked(b.Address, prefix)));
    }

    private static long? Compare6(FunctionRow row)
    {
        if (V6(row.Text(0)) is not { } a || V6(row.Text(1)) is not { } b || (row.Count > 2 && row.Long(2) is not (>= 0 and <= 128))) return null;
        var prefix = Math.Min(Math.Min(a.Prefix, b.Prefix), (int)row.Long(2, 128));
        return Math.Sign(Mask(a.Address, prefix).CompareTo(Mask(b.Address, prefix)));
    }

    // The members after the first argument: texts, or arrays of them.
    private static IEnumerable<string> Ranges(FunctionRow row) => Enumerable.Range(1, row.Count - 1)
        .SelectMany(i => JsonValues.Read(row.Json(i)) is JsonArray array ? array.Select(JsonValues.TextOf) : [JsonValues.TextOf(JsonValues.Read(row.Json(i)))]);

    private static bool IsPrivate((uint Address, int Prefix) a) => InNet(a, 0x0a000000, 8) || InNet(a, 0xac100000, 12) || InNet(a, 0xc0a80000, 16);

    private static bool InNet((uint Address, int Prefix) a, uint net, int prefix) => a.Prefix >= prefix && Masked(a.Address, prefix) == net;

    private static IEnumerable<string> Cidrs(uint from, uint to)
    {
        for (ulong at = from; at <= to;)
        {
            var bits = at == 0 ? 32 : Math.Min(32, System.Numerics.BitOperations.TrailingZeroCount(at));
            while (bits > 0 && at + (1UL << bits) - 1 > to) bits--;
            yield return $"{Dotted((uint)at)}/{32 - bits}";
            at += 1UL << bits;
        }
    }

    // Addresses that stand apart from letters and digits.
    private static IEnumerable<string> Found(string text) => Address().Matches(text).Select(m => m.Value).Where(v => V4(v) is not null);

    private static bool HasPrefix(string text, string prefix) => Found(text).Any(v => prefix.EndsWith('.') ? v.StartsWith(prefix, StringComparison.Ordinal) : v == prefix || v.StartsWith(prefix + ".", StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\p{L}\p{N}.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\p{L}\p{N}]|\.\d)")]
    private static partial Regex Address();
}
