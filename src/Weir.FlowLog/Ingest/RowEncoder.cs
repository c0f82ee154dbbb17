using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Weir.FlowLog.Node;
using Weir.FlowLog.Wire;
using Weir.Model;

namespace Weir.FlowLog.Ingest;

/// <summary>Gathers flows into columns, with what they share listed once.</summary>
/// <remarks>Allocates for a flow only what is new about it: an exchange that a proxy saw, an end or a rule not seen before. One thread.</remarks>
public sealed class RowEncoder
{
    private readonly Rows _rows = new();
    private readonly Dictionary<object, uint> _listed = new(ReferenceEqualityComparer.Instance);
    private readonly ConditionalWeakTable<object, IMessage> _messages = [];
    private readonly SharedJson _json = new();

    /// <summary>How many flows are gathered.</summary>
    public int Count => _rows.Time.Count;

    /// <summary>Adds a flow.</summary>
    public void Add(in Flow flow)
    {
        _rows.Time.Add(flow.TimeNanoseconds);
        _rows.Number.Add((ulong)flow.Sequence);
        _rows.Kind.Add((uint)flow.Kind);
        _rows.Verdict.Add((uint)flow.Verdict);
        _rows.Reason.Add((uint)flow.DropReason);
        _rows.Direction.Add((uint)flow.Direction);
        _rows.Point.Add((uint)flow.Point);
        _rows.Tracking.Add((uint)flow.Reason);
        _rows.Reply.Add(flow.IsReply switch { null => 0u, false => 1u, true => 2u });
        _rows.Protocol.Add((uint)flow.Protocol);
        _rows.Flags.Add((uint)flow.TcpFlags);
        _rows.SourcePort.Add(flow.SourcePort);
        _rows.DestinationPort.Add(flow.DestinationPort);
        _rows.SourceAddress.Add(flow.SourceAddress.High);
        _rows.SourceAddress.Add(flow.SourceAddress.Low);
        _rows.DestinationAddress.Add(flow.DestinationAddress.High);
        _rows.DestinationAddress.Add(flow.DestinationAddress.Low);
        _rows.Source.Add(End(flow.Source));
        _rows.Destination.Add(End(flow.Destination));
        _rows.SourceService.Add(Service(flow.SourceService));
        _rows.DestinationService.Add(Service(flow.DestinationService));
        _rows.EgressRule.Add(Rule(flow.EgressRules));
        _rows.IngressRule.Add(Rule(flow.IngressRules));
        _rows.Exchange.Add(Exchange(flow));
        _rows.Packets.Add(flow.Packets);
        _rows.Bytes.Add(flow.Bytes);
    }

    /// <summary>The gathered rows as a message; the encoder is empty afterwards.</summary>
    public byte[] Take()
    {
        var bytes = _rows.ToByteArray();
        _listed.Clear();
        RowColumns.Clear(_rows);
        return bytes;
    }

    private uint End(Endpoint? endpoint)
    {
        if (endpoint is null) return 0;
        if (_listed.TryGetValue(endpoint, out var index)) return index;
        _rows.Ends.Add((End)Message(endpoint, static (e, json) => Of((Endpoint)e)));
        return _listed[endpoint] = (uint)_rows.Ends.Count;
    }

    private uint Rule(RuleSet? rules)
    {
        if (rules is null || rules.Rules.Count == 0) return 0;
        if (_listed.TryGetValue(rules, out var index)) return index;
        _rows.Rules.Add((Rule)Message(rules, static (r, json) => Of((RuleSet)r, json)));
        return _listed[rules] = (uint)_rows.Rules.Count;
    }

    private uint Service(ServiceReference? service)
    {
        if (service is null) return 0;
        if (_listed.TryGetValue(service, out var index)) return index;
        _rows.Services.Add((Service)Message(service, static (s, json) => Of((ServiceReference)s)));
        return _listed[service] = (uint)_rows.Services.Count;
    }

    private uint Exchange(in Flow flow)
    {
        if (flow.Dns is { } dns) _rows.Exchanges.Add(Of(dns));
        else if (flow.Http is { } http) _rows.Exchanges.Add(Of(http));
        else return 0;
        return (uint)_rows.Exchanges.Count;
    }

    private IMessage Message(object shared, Func<object, SharedJson, IMessage> make)
    {
        if (_messages.TryGetValue(shared, out var known)) return known;
        var made = make(shared, _json);
        _messages.Add(shared, made);
        return made;
    }

    private static End Of(Endpoint endpoint)
    {
        var end = new End
        {
            Identity = endpoint.Identity.Value,
            Cluster = endpoint.ClusterName,
            Namespace = endpoint.Namespace,
            Pod = endpoint.PodName,
            Workload = endpoint.Workloads.Count > 0 ? endpoint.Workloads[0].Name : "",
            WorkloadKind = endpoint.Workloads.Count > 0 ? endpoint.Workloads[0].Kind : "",
            Labels = endpoint.Labels.Labels.Count == 0 ? "" : JsonSerializer.Serialize(endpoint.Labels.Labels.Select(l => l.ToString())),
        };
        end.Names.AddRange(endpoint.Names);
        return end;
    }

    private static Rule Of(RuleSet rules, SharedJson json) => new()
    {
        Allows = rules.Basis is DecisionBasis.Allow or DecisionBasis.LocalHost,
        Policies = Encoding.UTF8.GetString(json.Of(rules)),
        Text = string.Join(", ", rules.Rules),
    };

    private static Service Of(ServiceReference service) => new() { Namespace = service.Namespace, Name = service.Name };

    private static Exchange Of(DnsExchange dns)
    {
        var message = new Dns { Query = dns.Query, Ttl = dns.TtlSeconds, Rcode = dns.ResponseCode };
        for (var i = 0; i < dns.Addresses.Count; i++) message.Ips.Add(dns.Addresses[i].ToString());
        message.Cnames.AddRange(dns.CanonicalNames);
        message.Qtypes.AddRange(dns.QueryTypes);
        message.Rrtypes.AddRange(dns.RecordTypes);
        return new Exchange { Response = dns.IsResponse, Dns = message };
    }

    private static Exchange Of(HttpExchange http) => new()
    {
        Response = http.IsResponse,
        LatencyNs = (ulong)http.Latency.Ticks * TimeSpan.NanosecondsPerTick,
        Http = new Http
        {
            Code = http.Status,
            Method = http.Method,
            Url = http.Url,
            Protocol = http.Protocol,
            Headers = http.Headers.Count == 0 ? "" : JsonSerializer.Serialize(http.Headers.Select(h => new { key = h.Key, value = h.Value })),
        },
    };
}
