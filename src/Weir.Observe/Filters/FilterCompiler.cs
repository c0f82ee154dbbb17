using System.Globalization;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Flows;
using Endpoint = Weir.Model.Endpoint;
using Flow = Weir.Model.Flow;

namespace Weir.Observe.Filters;

/// <summary>Turns Hubble's filter message into predicates, one a field that is set.</summary>
internal static class FilterCompiler
{
    public static FlowPredicate[] Compile(FlowFilter filter)
    {
        var all = new List<FlowPredicate>();
        RefuseWhatIsNotSupported(filter);
        AddEnds(filter, all);
        AddTransport(filter, all);
        AddDecision(filter, all);
        AddLayer7(filter, all);
        return [.. all];
    }

    private static void RefuseWhatIsNotSupported(FlowFilter filter)
    {
        if (filter.Experimental is { CelExpression.Count: > 0 })
            throw new FilterException("experimental.cel_expression is not supported; use the other fields of the filter.");
        if (filter.TraceId.Count > 0) throw new FilterException("trace_id is not supported: Weir records no trace ids.");
        if (filter.IpTraceId.Count > 0) throw new FilterException("ip_trace_id is not supported: Weir records no IP trace ids.");
    }

    private static void AddEnds(FlowFilter filter, List<FlowPredicate> all)
    {
        Any(filter.SourceIp, Addresses, (in Flow f, Func<IpAddress, bool> m) => m(f.SourceAddress), all);
        Any(filter.DestinationIp, Addresses, (in Flow f, Func<IpAddress, bool> m) => m(f.DestinationAddress), all);
        Any(filter.SourcePod, NamePattern.OfPod, (in Flow f, Func<string, string, bool> m) => m(f.Source.Namespace, f.Source.PodName), all);
        Any(filter.DestinationPod, NamePattern.OfPod, (in Flow f, Func<string, string, bool> m) => m(f.Destination.Namespace, f.Destination.PodName), all);
        Any(filter.SourceFqdn, NamePattern.OfName, (in Flow f, Func<string, bool> m) => HasName(f.Source, m), all);
        Any(filter.DestinationFqdn, NamePattern.OfName, (in Flow f, Func<string, bool> m) => HasName(f.Destination, m), all);
        Any(filter.SourceLabel, LabelExpression.Parse, (in Flow f, LabelExpression m) => m.Matches(f.Source.Labels), all);
        Any(filter.DestinationLabel, LabelExpression.Parse, (in Flow f, LabelExpression m) => m.Matches(f.Destination.Labels), all);
        Any(filter.SourceService, NamePattern.OfPod, (in Flow f, Func<string, string, bool> m) => IsService(f.SourceService, m), all);
        Any(filter.DestinationService, NamePattern.OfPod, (in Flow f, Func<string, string, bool> m) => IsService(f.DestinationService, m), all);
        Any(filter.SourceIdentity, i => i, (in Flow f, uint i) => f.Source.Identity.Value == i, all);
        Any(filter.DestinationIdentity, i => i, (in Flow f, uint i) => f.Destination.Identity.Value == i, all);
        Any(filter.SourceWorkload, w => w, (in Flow f, Wire.Flows.Workload w) => IsWorkload(f.Source, w), all);
        Any(filter.DestinationWorkload, w => w, (in Flow f, Wire.Flows.Workload w) => IsWorkload(f.Destination, w), all);
        Any(filter.SourceClusterName, n => n, (in Flow f, string n) => f.Source.ClusterName == n, all);
        Any(filter.DestinationClusterName, n => n, (in Flow f, string n) => f.Destination.ClusterName == n, all);
        // Nothing is source-translated by Weir, so no flow has a translated source address.
        Any(filter.SourceIpXlated, a => a, (in Flow _, string _) => false, all);
        Any(filter.NodeName, NamePattern.OfName, (in Flow f, Func<string, bool> m) => m(f.NodeName), all);
        // Nodes' labels are not recorded on flows.
        Any(filter.NodeLabels, n => n, (in Flow _, string _) => false, all);
        Any(filter.Interface, i => i, (in Flow f, NetworkInterface i) => i.Index != 0 && i.Index == f.InterfaceIndex, all);
        Any(filter.IpVersion, v => v, (in Flow f, IPVersion v) => v == (f.SourceAddress.IsIPv4 ? IPVersion.Ipv4 : IPVersion.Ipv6), all);
        Any(filter.Encrypted, e => e, (in Flow _, bool e) => !e, all);
    }

    private static void AddTransport(FlowFilter filter, List<FlowPredicate> all)
    {
        Any(filter.SourcePort, Port, (in Flow f, ushort p) => HasPorts(f) && f.SourcePort == p, all);
        Any(filter.DestinationPort, Port, (in Flow f, ushort p) => HasPorts(f) && f.DestinationPort == p, all);
        Any(filter.Protocol, ProtocolName.Parse, (in Flow f, ProtocolName p) => p.Matches(f), all);
        Any(filter.TcpFlags, WantedFlags, (in Flow f, Model.TcpFlags w) => f.Protocol == IpProtocol.Tcp && (f.TcpFlags & w) == w, all);
    }

    private static void AddDecision(FlowFilter filter, List<FlowPredicate> all)
    {
        Any(filter.Verdict, v => v, (in Flow f, Wire.Flows.Verdict v) => (int)f.Verdict == (int)v, all);
        Any(filter.DropReasonDesc, r => r, (in Flow f, Wire.Flows.DropReason r) => f.Verdict == Model.Verdict.Dropped && (int)f.DropReason == (int)r, all);
        Any(filter.TrafficDirection, d => d, (in Flow f, Wire.Flows.TrafficDirection d) => (int)f.Direction == (int)d, all);
        Any(filter.Reply, r => r, (in Flow f, bool r) => f.IsReply == r, all);
        Any(filter.EventType, e => e, (in Flow f, EventTypeFilter e) => IsEvent(f, e), all);
        Any(filter.Uuid, _ => throw new FilterException("uuid is not supported: flows are numbered when they are read."), (in Flow _, string _) => false, all);
    }

    private static void AddLayer7(FlowFilter filter, List<FlowPredicate> all)
    {
        Any(filter.DnsQuery, p => NamePattern.OfRegex("dns_query", p), (in Flow f, Func<string, bool> m) => f.Dns is { } d && m(d.Query), all);
        Any(filter.HttpMethod, m => m, (in Flow f, string m) => f.Http is { } h && h.Method.Equals(m, StringComparison.OrdinalIgnoreCase), all);
        Any(filter.HttpStatusCode, StatusPrefix, (in Flow f, string p) => f.Http is { Status: > 0 } h && h.Status.ToString(CultureInfo.InvariantCulture).StartsWith(p, StringComparison.Ordinal), all);
        Any(filter.HttpUrl, p => NamePattern.OfRegex("http_url", p), (in Flow f, Func<string, bool> m) => f.Http is { } h && m(h.Url), all);
        Any(filter.HttpPath, p => NamePattern.OfRegex("http_path", p), (in Flow f, Func<string, bool> m) => f.Http is { } h && m(PathOf(h.Url)), all);
        Any(filter.HttpHeader, w => w, (in Flow f, HTTPHeader w) => HasHeader(f, w), all);
    }

    private delegate bool Test<in T>(in Flow flow, T value);

    private static void Any<TRaw, T>(IEnumerable<TRaw> raw, Func<TRaw, T> parse, Test<T> test, List<FlowPredicate> all)
    {
        T[] values = [.. raw.Select(parse)];
        if (values.Length == 0) return;
        all.Add((in Flow flow) =>
        {
            foreach (var value in values)
            {
                if (test(flow, value)) return true;
            }

            return false;
        });
    }

    private static Func<IpAddress, bool> Addresses(string text) => IpPrefix.TryParse(text, out var prefix)
        ? prefix.Contains
        : throw new FilterException($"source_ip/destination_ip: '{text}' is no address and no CIDR.");

    private static ushort Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw new FilterException($"source_port/destination_port: '{text}' is no port; give 0 to 65535.");

    private static string StatusPrefix(string text) => text.TrimEnd('+') is var prefix && prefix.All(char.IsAsciiDigit)
        ? prefix
        : throw new FilterException($"http_status_code: '{text}' is no status; give 404, or 4+ for all that begin with 4.");

    private static Model.TcpFlags WantedFlags(TCPFlags f) =>
        (f.FIN ? Model.TcpFlags.Fin : 0) | (f.SYN ? Model.TcpFlags.Syn : 0) | (f.RST ? Model.TcpFlags.Rst : 0) |
        (f.PSH ? Model.TcpFlags.Psh : 0) | (f.ACK ? Model.TcpFlags.Ack : 0) | (f.URG ? Model.TcpFlags.Urg : 0) |
        (f.ECE ? Model.TcpFlags.Ece : 0) | (f.CWR ? Model.TcpFlags.Cwr : 0);

    private static bool HasPorts(in Flow flow) => flow.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    private static bool HasName(Endpoint endpoint, Func<string, bool> matches)
    {
        foreach (var name in endpoint.Names)
        {
            if (matches(name)) return true;
        }

        return false;
    }

    private static bool IsService(ServiceReference? service, Func<string, string, bool> matches) =>
        service is not null && matches(service.Namespace, service.Name);

    private static bool IsWorkload(Endpoint endpoint, Wire.Flows.Workload wanted)
    {
        foreach (var workload in endpoint.Workloads)
        {
            if ((wanted.Name.Length == 0 || workload.Name == wanted.Name) && (wanted.Kind.Length == 0 || workload.Kind == wanted.Kind))
                return true;
        }

        return false;
    }

    private static bool IsEvent(in Flow flow, EventTypeFilter wanted) =>
        (int)flow.Kind == wanted.Type && (!wanted.MatchSubType || FlowMessage.SubTypeOf(flow) == wanted.SubType);

    private static bool HasHeader(in Flow flow, HTTPHeader wanted)
    {
        if (flow.Http is not { } http) return false;
        foreach (var (key, value) in http.Headers)
        {
            if (key.Equals(wanted.Key, StringComparison.OrdinalIgnoreCase) && value == wanted.Value) return true;
        }

        return false;
    }

    private static string PathOf(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var path = url.IndexOf('/', scheme < 0 ? 0 : scheme + 3);
        return path < 0 ? "/" : url[path..];
    }
}
