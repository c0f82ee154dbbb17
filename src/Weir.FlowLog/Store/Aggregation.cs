using System.Globalization;

namespace Weir.FlowLog.Store;

/// <summary>The SQL that makes aggregates of flows: equal flows of a window of 30 s become one row with counts.</summary>
/// <remarks>
/// Source ports, TCP flags, numbers and single times are dropped; both pods, both addresses, workloads, identities, destination port,
/// verdict, reason, rule, DNS name and code, HTTP method and code stay. Aggregating aggregates changes nothing.
/// </remarks>
internal static class Aggregation
{
    /// <summary>Ticks of a window.</summary>
    public const long Window = 30 * TimeSpan.TicksPerSecond;

    /// <summary>How many flows of aggregates lost their pods to the bound of a window.</summary>
    public const string Folded = "coalesce(sum(ingress_count + egress_count + unknown_count) FILTER (WHERE (source_pod IS NULL AND source_workload IS NOT NULL) OR (destination_pod IS NULL AND destination_workload IS NOT NULL)), 0)::BIGINT";

    private static readonly string[] _counts = ["packets", "bytes", "ingress_count", "egress_count", "unknown_count"];

    private static readonly string[] _dropped =
    [
        "node_hash", "number", "tcp_flags", "source_port", "latency_ns", "dns_ips", "dns_ttl", "dns_cnames", "dns_rrtypes", "http_url", "http_headers",
    ];

    /// <summary>What is given up when a window holds too many different rows: the workload stands for its pods.</summary>
    private static readonly string[] _folded = ["source_pod", "destination_pod", "source_ip", "destination_ip"];

    /// <summary>The query.</summary>
    /// <param name="rows">A table or query in parentheses with <see cref="SegmentColumns"/>'s columns.</param>
    /// <param name="maxWindowRows">Different rows of a window at most; those with the most flows stay whole.</param>
    public static string Of(string rows, int maxWindowRows)
    {
        var keys = SegmentColumns.All.Select(c => c.Name).Where(n => n != "time" && !_counts.Contains(n) && !_dropped.Contains(n)).ToList();
        var sums = string.Join(", ", _counts.Select(c => $"sum({c}) AS {c}"));
        var key = string.Join(", ", keys);
        var folded = string.Join(", ", keys.Select(k => _folded.Contains(k) ? $"CASE WHEN place <= {maxWindowRows.ToString(CultureInfo.InvariantCulture)} THEN {k} END AS {k}" : k));
        var columns = string.Join(", ", SegmentColumns.All.Select(c => _dropped.Contains(c.Name) ? $"NULL::{c.Type} AS {c.Name}" : $"{c.Name}::{c.Type} AS {c.Name}"));
        return $"""
            WITH grouped AS (SELECT time - time % {Window} AS time, {key}, {sums}, count(*) AS size FROM {rows} GROUP BY ALL),
            placed AS (SELECT *, row_number() OVER (PARTITION BY time ORDER BY ingress_count + egress_count + unknown_count DESC, hash({key})) AS place FROM grouped),
            folded AS (SELECT time, {folded}, {string.Join(", ", _counts)} FROM placed)
            SELECT {columns} FROM (SELECT time, {key}, {sums} FROM folded GROUP BY ALL) ORDER BY time
            """;
    }
}
