using DuckDB.NET.Native;
using System.Text.Json;
using Google.Protobuf.Collections;
using Weir.FlowLog.Wire;
using Weir.Model;

namespace Weir.FlowLog.Store.Hot;

/// <summary>How each column of <see cref="SegmentColumns"/> comes out of a batch.</summary>
internal static class HotColumns
{
    private const long UnixTicks = 621_355_968_000_000_000;

    /// <summary>Fresh columns, in the table's order.</summary>
    public static HotColumn[] Make() =>
    [
        new ValueColumn<long>("time", DuckDBType.BigInt, (r, i) => TimeOf(r, i)),
        new NodeText("node"),
        new HashColumn("node_hash"),
        new ValueColumn<ulong>("number", DuckDBType.UnsignedBigInt, (r, i) => r.Number[i]),
        new ValueColumn<byte>("kind", DuckDBType.UnsignedTinyInt, (r, i) => (byte)r.Kind[i]),
        new ValueColumn<ushort>("sub_type", DuckDBType.UnsignedSmallInt, (r, i) => (ushort)FlowSubType.Of((int)r.Kind[i], (int)r.Reason[i], (int)r.Point[i])),
        new WordText("verdict", (r, i) => r.Verdict[i], RowNames.Verdict),
        new WordText("drop_reason", (r, i) => r.Verdict[i] == (uint)Verdict.Dropped ? 1 + r.Reason[i] : 0, n => n == 0 ? null : RowNames.Reason(n - 1)),
        new WordText("direction", (r, i) => r.Direction[i], RowNames.Direction),
        new WordText("point", (r, i) => r.Point[i], RowNames.Point),
        new WordText("tracking", (r, i) => r.Tracking[i], RowNames.Tracking),
        new SharedNumber<byte>("reply", DuckDBType.Boolean, r => r.Reply, _ => [0, 1]),
        new WordText("protocol", (r, i) => r.Protocol[i], RowNames.Protocol),
        new ValueColumn<byte>("tcp_flags", DuckDBType.UnsignedTinyInt, (r, i) => (byte)r.Flags[i]),
        new ValueColumn<ushort>("source_port", DuckDBType.UnsignedSmallInt, (r, i) => (ushort)r.SourcePort[i]),
        new ValueColumn<ushort>("destination_port", DuckDBType.UnsignedSmallInt, (r, i) => (ushort)r.DestinationPort[i]),
        new WordText("ip_version", (r, i) => new IpAddress(r.SourceAddress[2 * i], r.SourceAddress[(2 * i) + 1]).IsIPv4 ? 4u : 6u, n => n == 4 ? "IPv4" : "IPv6"),
        new AddressText("source_ip", r => r.SourceAddress),
        new AddressText("destination_ip", r => r.DestinationAddress),
        .. End("source", r => r.Source),
        .. End("destination", r => r.Destination),
        new SharedText("destination_name", r => r.Destination, r => r.Ends.Select(e => e.Names.Count > 0 ? e.Names[0] : "")),
        .. Service("source", r => r.SourceService),
        .. Service("destination", r => r.DestinationService),
        .. Rule("egress", r => r.EgressRule),
        .. Rule("ingress", r => r.IngressRule),
        .. Exchange(),
        new ValueColumn<ulong>("packets", DuckDBType.UnsignedBigInt, (r, i) => r.Packets[i]),
        new ValueColumn<ulong>("bytes", DuckDBType.UnsignedBigInt, (r, i) => r.Bytes[i]),
        new ValueColumn<uint>("ingress_count", DuckDBType.UnsignedInteger, (r, i) => r.Direction[i] == 1 ? 1u : 0u),
        new ValueColumn<uint>("egress_count", DuckDBType.UnsignedInteger, (r, i) => r.Direction[i] == 2 ? 1u : 0u),
        new ValueColumn<uint>("unknown_count", DuckDBType.UnsignedInteger, (r, i) => r.Direction[i] is 1 or 2 ? 0u : 1u),
    ];

    /// <summary>A row's time in ticks, rounded down.</summary>
    public static long TimeOf(Rows rows, int row)
    {
        var nanoseconds = rows.Time[row];
        return UnixTicks + (nanoseconds >= 0 ? nanoseconds / 100 : -((-nanoseconds + 99) / 100));
    }

    private static IEnumerable<HotColumn> End(string end, Func<Rows, RepeatedField<uint>> index) =>
    [
        new SharedNumber<uint>(end + "_identity", DuckDBType.UnsignedInteger, index, r => r.Ends.Select(e => (uint?)e.Identity)),
        new SharedText(end + "_cluster", index, r => r.Ends.Select(e => e.Cluster)),
        new SharedText(end + "_namespace", index, r => r.Ends.Select(e => e.Namespace)),
        new SharedText(end + "_pod", index, r => r.Ends.Select(e => e.Pod)),
        new SharedText(end + "_workload", index, r => r.Ends.Select(e => e.Workload)),
        new SharedText(end + "_workload_kind", index, r => r.Ends.Select(e => e.WorkloadKind)),
        new SharedText(end + "_labels", index, r => r.Ends.Select(e => e.Labels)),
    ];

    private static IEnumerable<HotColumn> Service(string end, Func<Rows, RepeatedField<uint>> index) =>
    [
        new SharedText(end + "_service_namespace", index, r => r.Services.Select(s => s.Namespace)),
        new SharedText(end + "_service", index, r => r.Services.Select(s => s.Name)),
    ];

    private static IEnumerable<HotColumn> Rule(string side, Func<Rows, RepeatedField<uint>> index) =>
    [
        new SharedNumber<byte>(side + "_allowed", DuckDBType.Boolean, index, r => r.Rules.Select(u => (byte?)(u.Allows ? 1 : 0))),
        new SharedText(side + "_policies", index, r => r.Rules.Select(u => u.Policies)),
        new SharedText(side + "_rule", index, r => r.Rules.Select(u => u.Text)),
    ];

    private static IEnumerable<HotColumn> Exchange() =>
    [
        new SharedText("l7_type", r => r.Exchange, r => r.Exchanges.Select(e => e.Response ? "RESPONSE" : "REQUEST")),
        new SharedNumber<ulong>("latency_ns", DuckDBType.UnsignedBigInt, r => r.Exchange, r => r.Exchanges.Select(e => (ulong?)e.LatencyNs)),
        new OwnText("dns_query", e => e.Dns?.Query ?? ""),
        new OwnText("dns_ips", e => List(e.Dns?.Ips)),
        new SharedNumber<uint>("dns_ttl", DuckDBType.UnsignedInteger, r => r.Exchange, r => r.Exchanges.Select(e => e.Dns?.Ttl)),
        new OwnText("dns_cnames", e => List(e.Dns?.Cnames)),
        new SharedNumber<ushort>("dns_rcode", DuckDBType.UnsignedSmallInt, r => r.Exchange, r => r.Exchanges.Select(e => (ushort?)e.Dns?.Rcode)),
        new OwnText("dns_qtypes", e => List(e.Dns?.Qtypes)),
        new OwnText("dns_rrtypes", e => List(e.Dns?.Rrtypes)),
        new SharedNumber<ushort>("http_code", DuckDBType.UnsignedSmallInt, r => r.Exchange, r => r.Exchanges.Select(e => (ushort?)e.Http?.Code)),
        new OwnText("http_method", e => e.Http?.Method ?? ""),
        new OwnText("http_url", e => e.Http?.Url ?? ""),
        new OwnText("http_protocol", e => e.Http?.Protocol ?? ""),
        new OwnText("http_headers", e => e.Http?.Headers ?? ""),
    ];

    private static string List(RepeatedField<string>? list) => list is { Count: > 0 } ? JsonSerializer.Serialize(list) : "";
}
