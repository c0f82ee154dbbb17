namespace Weir.Kql.Functions;

/// <summary>Functions of addresses and URLs. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class NetworkFunctions
{
    public const string Table = """
        url_encode(string): string
        url_encode_component(string): string
        url_decode(string): string
        parseurl(string): dynamic
        parse_url(string): dynamic
        parseurlquery(string): dynamic
        parse_urlquery(string): dynamic
        parse_ipv4(string): long
        parse_ipv4_mask(string, long): long
        format_ipv4(any, long?): string
        format_ipv4_mask(any, long): string
        ipv4_compare(string, string, long?): long
        ipv4_is_match(string, string, long?): bool
        ipv4_is_in_range(string, string): bool
        ipv4_is_in_any_range(string/dynamic, string+): bool | (string/dynamic, dynamic): bool
        ipv4_netmask_suffix(string): long
        ipv4_is_private(string): bool
        ipv4_range_to_cidr_list(string, string): dynamic
        parse_ipv6(string): string
        parse_ipv6_mask(string, long): string
        ipv6_compare(string, string, long?): long
        ipv6_is_match(string, string, long?): bool
        ipv6_is_in_range(string, string): bool
        ipv6_is_in_any_range(string/dynamic, string+): bool | (string/dynamic, dynamic): bool
        __ipv6_lookup_ranges(string/dynamic, dynamic): dynamic
        parse_user_agent(string, string/dynamic?): dynamic
        punycode_to_string(string): string
        punycode_from_string(string): string
        punycode_domain_from_string(string): string
        punycode_domain_to_string(string): string
        has_ipv4(string/dynamic, string): bool
        has_ipv4_prefix(string/dynamic, string): bool
        has_any_ipv4(string/dynamic, string+): bool | (string/dynamic, dynamic): bool
        has_any_ipv4_prefix(string/dynamic, string+): bool | (string/dynamic, dynamic): bool
        """;
}
