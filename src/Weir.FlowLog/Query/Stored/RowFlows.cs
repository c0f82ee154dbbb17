using System.Text.Json;
using DuckDB.NET.Data;
using Weir.FlowLog.Store;
using Weir.Model;

namespace Weir.FlowLog.Query.Stored;

/// <summary>Makes flows of stored rows: the way back from <see cref="RowAppender"/>. What many rows share is made once.</summary>
internal sealed class RowFlows
{
    private const long UnixTicks = 621_355_968_000_000_000;
    private const int Most = 50_000;
    private static readonly Dictionary<string, int> _columns = FlowTable.Columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i);
    private static readonly Dictionary<string, byte> _verdicts = Names(6, RowNames.Verdict);
    private static readonly Dictionary<string, byte> _reasons = Names(256, RowNames.Reason);
    private static readonly Dictionary<string, byte> _points = Names(102, RowNames.Point);
    private static readonly Dictionary<string, byte> _tracking = Names(5, RowNames.Tracking);
    private readonly Dictionary<string, Endpoint> _ends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RuleSet> _rules = new(StringComparer.Ordinal);
    private long _aggregates;

    /// <summary>The flow of the row that a reader stands on.</summary>
    public Flow Read(DuckDBDataReader row)
    {
        var direction = Text(row, "direction");
        var count = Whole(row, "ingress_count") + Whole(row, "egress_count") + Whole(row, "unknown_count");
        var isAggregate = row.IsDBNull(_columns["number"]);
        var flow = new Flow
        {
            TimeNanoseconds = (row.GetInt64(_columns["time"]) - UnixTicks) * 100,

            // An aggregate has no number; a running one keeps those of one answer apart.
            Sequence = isAggregate ? ++_aggregates : (long)Whole(row, "number"),
            Kind = (FlowKind)Whole(row, "kind"),
            Verdict = (Verdict)Number(_verdicts, Text(row, "verdict")),
            DropReason = (DropReason)Number(_reasons, Text(row, "drop_reason")),
            Direction = direction switch { "INGRESS" => TrafficDirection.Ingress, "EGRESS" => TrafficDirection.Egress, _ => TrafficDirection.Unknown },
            Point = (ObservationPoint)Number(_points, Text(row, "point")),
            Reason = (TraceReason)Number(_tracking, Text(row, "tracking")),
            IsReply = row.IsDBNull(_columns["reply"]) ? null : row.GetBoolean(_columns["reply"]),
            Protocol = Text(row, "protocol") switch
            {
                "TCP" => IpProtocol.Tcp, "UDP" => IpProtocol.Udp, "SCTP" => IpProtocol.Sctp, "ICMPv4" => IpProtocol.Icmp, "ICMPv6" => IpProtocol.IcmpV6, _ => IpProtocol.Any,
            },
            TcpFlags = (TcpFlags)Whole(row, "tcp_flags"),
            SourcePort = (ushort)Whole(row, "source_port"),
            DestinationPort = (ushort)Whole(row, "destination_port"),
            SourceAddress = Address(Text(row, "source_ip")),
            DestinationAddress = Address(Text(row, "destination_ip")),
            Source = End(row, "source", ""),
            Destination = End(row, "destination", Text(row, "destination_name")),
            SourceService = Service(row, "source"),
            DestinationService = Service(row, "destination"),
            EgressRules = Rules(row, "egress"),
            IngressRules = Rules(row, "ingress"),
            NodeName = Text(row, "node"),
            Packets = Whole(row, "packets"),
            Bytes = Whole(row, "bytes"),
            Suppressed = count > 1 ? (uint)Math.Min(count - 1, uint.MaxValue) : 0,
        };
        Exchange(row, ref flow);
        return flow;
    }

    private Endpoint End(DuckDBDataReader row, string side, string name)
    {
        var (identity, ns, pod, workload, labels) = ((uint)Whole(row, side + "_identity"), Text(row, side + "_namespace"), Text(row, side + "_pod"), Text(row, side + "_workload"), Text(row, side + "_labels"));
        var key = $"{identity} {ns} {pod} {workload} {name} {labels.GetHashCode(StringComparison.Ordinal)}";
        if (_ends.TryGetValue(key, out var known)) return known;
        if (_ends.Count >= Most) _ends.Clear();
        return _ends[key] = new Endpoint
        {
            Identity = new SecurityIdentity(identity),
            Namespace = ns,
            PodName = pod,
            ClusterName = Text(row, side + "_cluster"),
            Labels = new LabelSet(List(labels).Select(l => Label.Parse(l))),
            Workloads = workload.Length == 0 ? [] : [new Workload(workload, Text(row, side + "_workload_kind"))],
            Names = name.Length == 0 ? [] : [name],
        };
    }

    private RuleSet? Rules(DuckDBDataReader row, string side)
    {
        var policies = Text(row, side + "_policies");
        if (policies.Length == 0 || row.IsDBNull(_columns[side + "_allowed"])) return null;
        var isAllowed = row.GetBoolean(_columns[side + "_allowed"]);
        var key = (isAllowed ? "+" : "-") + policies;
        if (_rules.TryGetValue(key, out var known)) return known;
        if (_rules.Count >= Most) _rules.Clear();
        using var document = JsonDocument.Parse(policies);
        List<RuleOrigin> rules = [.. document.RootElement.EnumerateArray().Select(Rule)];
        var basis = isAllowed ? DecisionBasis.Allow : rules.Exists(r => r.Index >= 0) ? DecisionBasis.Deny : DecisionBasis.DefaultDeny;
        return _rules[key] = new RuleSet(basis, rules);
    }

    private static RuleOrigin Rule(JsonElement policy)
    {
        var place = policy.TryGetProperty("labels", out var labels)
            ? labels.EnumerateArray().Select(l => l.GetString() ?? "").FirstOrDefault(l => l.StartsWith("weir:rule=", StringComparison.Ordinal))?["weir:rule=".Length..] ?? ""
            : "";
        var open = place.LastIndexOf('[');
        var isRule = open > 0 && int.TryParse(place.AsSpan(open + 1).TrimEnd(']'), out _);
        return new RuleOrigin(
            Member(policy, "kind"), Member(policy, "namespace"), Member(policy, "name"), isRule ? place[..open] : "", isRule ? int.Parse(place.AsSpan(open + 1).TrimEnd(']'), System.Globalization.CultureInfo.InvariantCulture) : -1);
    }

    private static void Exchange(DuckDBDataReader row, ref Flow flow)
    {
        var isResponse = Text(row, "l7_type") == "RESPONSE";
        if (!row.IsDBNull(_columns["dns_rcode"]))
        {
            flow.Dns = new DnsExchange
            {
                Query = Text(row, "dns_query"),
                IsResponse = isResponse,
                QueryTypes = List(Text(row, "dns_qtypes")),
                ResponseCode = (ushort)Whole(row, "dns_rcode"),
                Addresses = [.. List(Text(row, "dns_ips")).Select(Address)],
                CanonicalNames = List(Text(row, "dns_cnames")),
                RecordTypes = List(Text(row, "dns_rrtypes")),
                TtlSeconds = (uint)Whole(row, "dns_ttl"),
            };
        }
        else if (!row.IsDBNull(_columns["http_code"]))
        {
            flow.Http = new HttpExchange
            {
                Method = Text(row, "http_method"),
                Url = Text(row, "http_url"),
                Protocol = Text(row, "http_protocol"),
                Status = (ushort)Whole(row, "http_code"),
                IsResponse = isResponse,
                Latency = TimeSpan.FromTicks((long)(Whole(row, "latency_ns") / 100)),
            };
        }
    }

    private static ServiceReference? Service(DuckDBDataReader row, string side) =>
        Text(row, side + "_service") is { Length: > 0 } name ? new ServiceReference(Text(row, side + "_service_namespace"), name) : null;

    private static string Text(DuckDBDataReader row, string column) => row.IsDBNull(_columns[column]) ? "" : row.GetString(_columns[column]);

    private static ulong Whole(DuckDBDataReader row, string column) =>
        row.IsDBNull(_columns[column]) ? 0 : Convert.ToUInt64(row.GetValue(_columns[column]), System.Globalization.CultureInfo.InvariantCulture);

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : default;

    private static string[] List(string json) => json.Length == 0 ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];

    private static string Member(JsonElement policy, string name) => policy.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static byte Number(Dictionary<string, byte> names, string name) => names.GetValueOrDefault(name);

    // Of equal names the lowest number stands, which is the one that means what it says.
    private static Dictionary<string, byte> Names(int count, Func<uint, string> name)
    {
        var names = new Dictionary<string, byte>(StringComparer.Ordinal);
        for (var number = 0; number < count; number++) names.TryAdd(name((uint)number), (byte)number);
        return names;
    }
}
