namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of addresses. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class NetworkSql
{
    public const string Table = """
        parse_ipv4 s l
        parse_ipv4_mask sl l
        format_ipv4 vl? s
        format_ipv4_mask vl s
        ipv4_compare ssl? l
        ipv4_is_match ssl? b
        ipv4_is_in_range ss b
        ipv4_is_in_any_range sd* b
        ipv4_netmask_suffix s l
        ipv4_is_private s b
        ipv4_range_to_cidr_list ss d
        parse_ipv6 s s
        parse_ipv6_mask sl s
        ipv6_compare ssl? l
        ipv6_is_match ssl? b
        ipv6_is_in_range ss b
        ipv6_is_in_any_range sd* b
        has_ipv4 ss b
        has_ipv4_prefix ss b
        has_any_ipv4 sd* b
        has_any_ipv4_prefix sd* b
        """;
}
