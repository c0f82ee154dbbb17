using System.Globalization;
using Weir.Kql.Sql;

namespace Weir.FlowLog.Query.Data;

/// <summary>
/// The table of flows over the stored columns: dynamic columns are put together as JSON, in the form that the node's log has
/// (<see cref="Node.ExportWriter"/>) and that <see cref="HubbleExport"/> makes of it. What a query does not ask for is not computed.
/// </summary>
internal static class StoredFlowsSql
{
    private static readonly (string Name, int Bit)[] _flags =
        [("FIN", 1), ("SYN", 2), ("RST", 4), ("PSH", 8), ("ACK", 16), ("URG", 32), ("ECE", 64), ("CWR", 128)];

    private static readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal)
    {
        ["IP source"] = "source_ip",
        ["IP destination"] = "destination_ip",
        ["IP ipVersion"] = "ip_version",
        ["SourceWorkloads 0 name"] = "source_workload",
        ["SourceWorkloads 0 kind"] = "source_workload_kind",
        ["DestinationWorkloads 0 name"] = "destination_workload",
        ["DestinationWorkloads 0 kind"] = "destination_workload_kind",
        ["Layer7 type"] = "l7_type",
        ["Layer7 dns query"] = "dns_query",
        ["Layer7 http method"] = "http_method",
        ["Layer7 http url"] = "http_url",
        ["Layer7 http protocol"] = "http_protocol",
        ["AdditionalFlowData DestinationName"] = "destination_name",
        ["AdditionalFlowData EgressRule"] = "egress_rule",
        ["AdditionalFlowData IngressRule"] = "ingress_rule",
    };

    private static readonly Dictionary<string, string> _numbers = new(StringComparer.Ordinal)
    {
        ["Layer7 dns rcode"] = "dns_rcode",
        ["Layer7 http code"] = "http_code",
        ["EventType type"] = "kind",
        ["EventType sub_type"] = "sub_type",
    };

    /// <summary>The stored rows as the table that queries see.</summary>
    /// <param name="source">What stands in FROM: a table function or a query, with <see cref="Store.SegmentColumns"/>.</param>
    public static StoredTable Table(string source) => new(source, FlowTable.Stored, Path);

    /// <summary>A stored text, which is null where queries see the empty one.</summary>
    public static StoredValue Plain(string column) => new(Text(column), column);

    private static StoredValue? Path(string column, IReadOnlyList<string> members)
    {
        var path = $"{column} {string.Join(' ', members)}";
        if (_texts.TryGetValue(path, out var text)) return Plain(text);
        if (_numbers.TryGetValue(path, out var number)) return Digits(number, "TRUE");
        if (column != "Layer4" || members is not [("TCP" or "UDP" or "SCTP") and var protocol, ("source_port" or "destination_port") and var port]) return null;
        return Digits(port, $"protocol = '{protocol}'");
    }

    // Zero is left out of the JSON, as Hubble does.
    private static StoredValue Digits(string number, string condition)
    {
        var plain = $"(CASE WHEN {condition} THEN nullif({number}, 0) END)::VARCHAR";
        return new(Text(plain), plain) { Digits = (condition, number) };
    }

    public static string Ip => Bag(Quoted("source", "source_ip"), Quoted("destination", "destination_ip"), Quoted("ipVersion", "ip_version"));

    public static string Node => Text("split_part(node, '/', -1)");

    public static string Layer7 => $"CASE WHEN l7_type IS NOT NULL THEN {Bag(Quoted("type", "l7_type"), Latency, Dns, Http)} END";

    public static string EventType => Bag(Number("type", "nullif(kind, 0)"), Number("sub_type", "nullif(sub_type, 0)"));

    public static string Service => $"CASE WHEN source_service IS NOT NULL OR destination_service IS NOT NULL THEN {Services} END";

    public static string Policies => $"CASE WHEN egress_policies IS NOT NULL OR ingress_policies IS NOT NULL THEN {PolicyLists} END";

    // FlowUuid.Of in SQL: the time since 1970, then node and number, with version and variant put over them.
    public static string Uuid
    {
        get
        {
            const string high = "lpad(lower(hex((time - 621355968000000000)::UBIGINT)), 16, '0')";
            const string low = "lpad(lower(hex((xor(number, node_hash::UBIGINT * 4294967296) & 4611686018427387903::UBIGINT) | 9223372036854775808::UBIGINT)), 16, '0')";
            return $"CASE WHEN number IS NULL OR node_hash IS NULL THEN '' ELSE {high}[1:8] || '-' || {high}[9:12] || '-8' || {high}[14:16] || '-' || {low}[1:4] || '-' || {low}[5:16] END";
        }
    }

    public static string Layer4
    {
        get
        {
            var flags = $"CASE WHEN tcp_flags IS NULL THEN '' ELSE ',\"flags\":' || {Bag([.. _flags.Select(f => If($"tcp_flags & {Whole(f.Bit)} <> 0", $",\"{f.Name}\":true"))])} END";
            var ports = new[] { Number("source_port", "nullif(source_port, 0)"), Number("destination_port", "nullif(destination_port, 0)") };
            var icmp = Bag(Number("type", "nullif(source_port, 0)"), Number("code", "nullif(destination_port, 0)"));
            return $"CASE WHEN protocol IS NULL THEN NULL WHEN protocol = 'TCP' THEN '{{\"TCP\":' || {Bag([.. ports, flags])} || '}}' "
                + $"WHEN protocol LIKE 'ICMP%' THEN '{{\"' || protocol || '\":' || {icmp} || '}}' ELSE '{{\"' || protocol || '\":' || {Bag(ports)} || '}}' END";
        }
    }

    private static string Latency => If("latency_ns > 0", "',\"latency_ns\":\"' || latency_ns || '\"'", isSql: true);

    private static string Dns => If(
        "dns_rcode IS NOT NULL",
        "',\"dns\":' || " + Bag(
            Quoted("query", "dns_query"), Raw("ips", "dns_ips"), Number("ttl", "nullif(dns_ttl, 0)"), Raw("cnames", "dns_cnames"), "',\"observation_source\":\"proxy\"'",
            Number("rcode", "nullif(dns_rcode, 0)"), Raw("qtypes", "dns_qtypes"), Raw("rrtypes", "dns_rrtypes")),
        isSql: true);

    private static string Http => If(
        "http_code IS NOT NULL",
        "',\"http\":' || " + Bag(
            Number("code", "nullif(http_code, 0)"), Quoted("method", "http_method"), Quoted("url", "http_url"), Quoted("protocol", "http_protocol"), Raw("headers", "http_headers")),
        isSql: true);

    private static string Services => Bag(
        Quoted("SourceService", "source_service"), Quoted("SourceServiceNamespace", "source_service_namespace"),
        Quoted("DestinationService", "destination_service"), Quoted("DestinationServiceNamespace", "destination_service_namespace"));

    private static string PolicyLists => Bag(
        Quoted("egress_allowed_by", "CASE WHEN egress_allowed THEN egress_policies END"), Quoted("ingress_allowed_by", "CASE WHEN ingress_allowed THEN ingress_policies END"),
        Quoted("egress_denied_by", "CASE WHEN NOT egress_allowed THEN egress_policies END"), Quoted("ingress_denied_by", "CASE WHEN NOT ingress_allowed THEN ingress_policies END"));

    public static string Additional => Bag(
        Raw("SourceLabels", "source_labels"), Raw("DestinationLabels", "destination_labels"), Quoted("DestinationName", "destination_name"),
        Quoted("EgressRule", "egress_rule"), Quoted("IngressRule", "ingress_rule"), Quoted("Summary", Summary),
        Number("Packets", "nullif(packets, 0)"), Number("Bytes", "nullif(bytes, 0)"));

    private static string Summary
    {
        get
        {
            var flags = string.Join(", ", ((string[])["SYN", "ACK", "RST", "FIN", "PSH", "URG", "ECE", "CWR"]).Select(n => $"CASE WHEN tcp_flags & {Whole(_flags.First(f => f.Name == n).Bit)} <> 0 THEN '{n}' END"));
            return "CASE WHEN http_code > 0 THEN concat(http_protocol, ' ', http_code, ' ', coalesce(latency_ns, 0) // 1000000, 'ms (', http_method, ' ', http_url, ')') "
                + "WHEN http_code = 0 THEN concat(http_protocol, ' ', http_method, ' ', http_url) "
                + "WHEN dns_rcode IS NOT NULL AND l7_type = 'REQUEST' THEN concat('DNS Query ', dns_query) WHEN dns_rcode IS NOT NULL THEN concat('DNS Answer ', dns_query) "
                + $"WHEN protocol = 'TCP' AND tcp_flags IS NOT NULL THEN 'TCP Flags: ' || concat_ws(', ', {flags}) WHEN protocol IN ('UDP', 'SCTP') THEN protocol END";
        }
    }

    private static string Text(string value) => $"coalesce({value}, '')";

    public static string Count(string value) => $"coalesce({value}, 0)::INTEGER";

    public static string Identity(string end) => $"CASE WHEN {end}_identity BETWEEN 1 AND 2147483647 THEN {end}_identity::INTEGER END";

    public static string Workloads(string end) =>
        $"CASE WHEN {end}_workload IS NOT NULL THEN '[' || {Bag(Quoted("name", end + "_workload"), Quoted("kind", end + "_workload_kind"))} || ']' END";

    // Members begin with a comma, or are nothing; the first comma goes.
    private static string Bag(params string[] members) => $"('{{' || substr(concat({string.Join(", ", members)}), 2) || '}}')";

    private static string Quoted(string name, string value) => $"CASE WHEN ({value}) IS NULL THEN '' ELSE ',\"{name}\":' || to_json({value})::VARCHAR END";

    private static string Number(string name, string value) => $"CASE WHEN ({value}) IS NULL THEN '' ELSE ',\"{name}\":' || ({value})::VARCHAR END";

    private static string Raw(string name, string value) => $"CASE WHEN {value} IS NULL THEN '' ELSE ',\"{name}\":' || {value} END";

    private static string If(string condition, string then, bool isSql = false) => $"CASE WHEN {condition} THEN {(isSql ? then : $"'{then}'")} ELSE '' END";

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
