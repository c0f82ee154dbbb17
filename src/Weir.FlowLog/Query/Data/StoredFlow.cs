using System.Data;
using System.Text.Json;
using DuckDB.NET.Data;
using Weir.FlowLog.Store;
using Weir.Model;

namespace Weir.FlowLog.Query.Data;

/// <summary>A flow out of a row of <see cref="Store.SegmentColumns"/>'s columns; what flows share is made once.</summary>
internal sealed class StoredFlow
{
    private const long UnixTicks = 621_355_968_000_000_000;
    private const int MaxShared = 65_536;
    private static readonly string[] _names = [.. Store.SegmentColumns.All.Select(c => c.Name)];
    private readonly Dictionary<string, int> _at = _names.Select((name, at) => (name, at)).ToDictionary(c => c.name, c => c.at, StringComparer.Ordinal);
    private readonly Dictionary<(uint, string, string, string, string, string, string), Endpoint> _ends = [];
    private readonly Dictionary<(bool, string), RuleSet> _rules = [];
    private readonly Dictionary<string, IpAddress> _addresses = new(StringComparer.Ordinal);
    private DuckDBDataReader _reader = null!;

    /// <summary>What to select.</summary>
    public static string Columns { get; } = string.Join(", ", _names);

    /// <summary>The flow of the reader's row.</summary>
    public Flow Of(DuckDBDataReader reader)
    {
        _reader = reader;
        var (ingress, egress, unknown) = (Number("ingress_count"), Number("egress_count"), Number("unknown_count"));
        var flow = new Flow
        {
            TimeNanoseconds = (reader.GetInt64(0) - UnixTicks) * 100,
            Sequence = (long)Number("number"),
            Kind = (FlowKind)Number("kind"),
            Verdict = RowNames.VerdictOf(Text("verdict")),
            DropReason = RowNames.ReasonOf(Text("drop_reason")),
            Direction = Text("direction") switch { "INGRESS" => TrafficDirection.Ingress, "EGRESS" => TrafficDirection.Egress, _ => TrafficDirection.Unknown },
            Point = RowNames.PointOf(Text("point")),
            Reason = RowNames.TrackingOf(Text("tracking")),
            IsReply = reader.IsDBNull(_at["reply"]) ? null : reader.GetBoolean(_at["reply"]),
            Protocol = RowNames.ProtocolOf(Text("protocol")),
            TcpFlags = (TcpFlags)Number("tcp_flags"),
            SourceAddress = Address("source_ip"),
            DestinationAddress = Address("destination_ip"),
            SourcePort = (ushort)Number("source_port"),
            DestinationPort = (ushort)Number("destination_port"),
            Source = End("source", "")!,
            Destination = End("destination", Text("destination_name"))!,
            SourceService = Service("source"),
            DestinationService = Service("destination"),
            EgressRules = Rules("egress"),
            IngressRules = Rules("ingress"),
            NodeName = Text("node"),
            Packets = Number("packets"),
            Bytes = Number("bytes"),
            Suppressed = (uint)Math.Clamp((long)(ingress + egress + unknown) - 1, 0, uint.MaxValue),
        };
        if (Text("l7_type") is { Length: > 0 } type) AddExchange(ref flow, type == "RESPONSE");
        return flow;
    }

    private void AddExchange(ref Flow flow, bool isResponse)
    {
        if (!IsNull("dns_rcode"))
        {
            flow.Dns = new DnsExchange
            {
                IsResponse = isResponse,
                Query = Text("dns_query"),
                QueryTypes = List("dns_qtypes"),
                ResponseCode = (ushort)Number("dns_rcode"),
                Addresses = [.. List("dns_ips").Select(t => IpAddress.TryParse(t, out var address) ? address : default)],
                CanonicalNames = List("dns_cnames"),
                RecordTypes = List("dns_rrtypes"),
                TtlSeconds = (uint)Number("dns_ttl"),
            };
        }
        else if (!IsNull("http_code"))
        {
            flow.Http = new HttpExchange
            {
                IsResponse = isResponse,
                Method = Text("http_method"),
                Url = Text("http_url"),
                Protocol = Text("http_protocol"),
                Status = (ushort)Number("http_code"),
                Latency = TimeSpan.FromTicks((long)(Number("latency_ns") / 100)),
                Headers = Headers(Text("http_headers")),
            };
        }
    }

    private Endpoint? End(string end, string name)
    {
        if (IsNull(end + "_identity")) return null;
        var key = (Identity: (uint)Number(end + "_identity"), Namespace: Text(end + "_namespace"), Pod: Text(end + "_pod"), Workload: Text(end + "_workload"), Kind: Text(end + "_workload_kind"), Labels: Text(end + "_labels"), Name: name);
        if (_ends.TryGetValue(key, out var known)) return known;
        if (_ends.Count >= MaxShared) _ends.Clear();
        return _ends[key] = new Endpoint
        {
            Identity = new SecurityIdentity(key.Identity),
            Namespace = key.Namespace,
            PodName = key.Pod,
            ClusterName = Text(end + "_cluster"),
            Labels = new LabelSet(List(end + "_labels").Select(t => Label.Parse(t))),
            Workloads = key.Workload.Length == 0 ? [] : [new Workload(key.Workload, key.Kind)],
            Names = name.Length == 0 ? [] : [name],
        };
    }

    private ServiceReference? Service(string end) => Text(end + "_service") is { Length: > 0 } name ? new ServiceReference(Text(end + "_service_namespace"), name) : null;

    private RuleSet? Rules(string side)
    {
        if (IsNull(side + "_allowed")) return null;
        var key = (Allowed: _reader.GetBoolean(_at[side + "_allowed"]), Policies: Text(side + "_policies"));
        if (_rules.TryGetValue(key, out var known)) return known;
        if (_rules.Count >= MaxShared) _rules.Clear();
        return _rules[key] = StoredRules.Of(key.Allowed, key.Policies);
    }

    private IpAddress Address(string column)
    {
        var text = Text(column);
        if (_addresses.TryGetValue(text, out var known)) return known;
        if (_addresses.Count >= MaxShared) _addresses.Clear();
        return _addresses[text] = IpAddress.TryParse(text, out var address) ? address : default;
    }

    private static List<KeyValuePair<string, string>> Headers(string json)
    {
        if (json.Length == 0) return [];
        using var list = JsonDocument.Parse(json);
        return [.. list.RootElement.EnumerateArray().Select(h => KeyValuePair.Create(h.GetProperty("key").GetString() ?? "", h.GetProperty("value").GetString() ?? ""))];
    }

    private List<string> List(string column) => Text(column) is { Length: > 0 } json ? JsonSerializer.Deserialize<List<string>>(json)! : [];

    private bool IsNull(string column) => _reader.IsDBNull(_at[column]);

    private string Text(string column) => _reader.IsDBNull(_at[column]) ? "" : _reader.GetString(_at[column]);

    private ulong Number(string column)
    {
        var at = _at[column];
        if (_reader.IsDBNull(at)) return 0;
        return Type.GetTypeCode(_reader.GetFieldType(at)) switch
        {
            TypeCode.Byte => _reader.GetFieldValue<byte>(at),
            TypeCode.UInt16 => _reader.GetFieldValue<ushort>(at),
            TypeCode.UInt32 => _reader.GetFieldValue<uint>(at),
            _ => _reader.GetFieldValue<ulong>(at),
        };
    }
}
