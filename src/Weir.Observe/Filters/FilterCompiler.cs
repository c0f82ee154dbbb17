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
    public static FlowPredicate[] Compile(FlowFilter filter, NodeFacts facts)
    {
        if (filter.Experimental is { CelExpression.Count: > 0 })
            throw new FilterException("experimental.cel_expression is not supported; use the other fields of the filter.");
        var all = new List<FlowPredicate>();
        AddEnds(filter, all);
        AddNode(filter, facts, all);
        AddTransport(filter, all);
        AddDecision(filter, all);
        HttpFilter.Add(filter, all);
        Any(filter.DnsQuery, p => NamePattern.OfRegex("dns_query", p), (in Flow f, Func<string, bool> m) => f.Dns is { } d && m(d.Query), all);
        Any(filter.TraceId, t => t, (in Flow f, string t) => FlowMessage.TraceIdOf(f) == t, all);

        // Weir adds no trace ids to IP headers, so no flow has one.
        Any(filter.IpTraceId, t => t, (in Flow _, ulong _) => false, all);
        return [.. all];
    }

    /// <summary>Adds a condition that any of the values meets it; none where there are no values.</summary>
    public static void Any<TRaw, T>(IEnumerable<TRaw> raw, Func<TRaw, T> parse, Test<T> test, List<FlowPredicate> all)
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
        Any(filter.SourceIpXlated, Addresses, (in Flow _, Func<IpAddress, bool> _) => false, all);
        Any(filter.IpVersion, v => v, (in Flow f, IPVersion v) => v == (f.SourceAddress.IsIPv4 ? IPVersion.Ipv4 : IPVersion.Ipv6), all);
        Any(filter.Encrypted, e => e, (in Flow _, bool e) => !e, all);
    }

    private static void AddNode(FlowFilter filter, NodeFacts facts, List<FlowPredicate> all)
    {
        Any(filter.NodeName, NamePattern.OfNode, (in Flow f, Func<string, bool> m) => m(f.NodeName), all);
        var labels = new Model.LabelSet(facts.Labels.Select(l => Model.Label.Parse(l)));
        Any(filter.NodeLabels, LabelExpression.Parse, (in Flow _, LabelExpression m) => m.Matches(labels), all);
        Any(filter.Interface, i => i, (in Flow f, NetworkInterface i) => IsInterface(f.InterfaceIndex, i, facts), all);
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
        Any(filter.Reply, r => r, (in Flow f, bool r) => IsReply(f, r), all);
        Any(filter.EventType, e => e, (in Flow f, EventTypeFilter e) => IsEvent(f, e), all);
        Any(filter.Uuid, Identifier, (in Flow f, Guid u) => FlowUuid.Of(f) == u, all);
    }

    private static Func<IpAddress, bool> Addresses(string text) => IpPrefix.TryParse(text, out var prefix)
        ? prefix.Contains
        : throw new FilterException($"source_ip/destination_ip: '{text}' is no address and no CIDR.");

    private static ushort Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw new FilterException($"source_port/destination_port: '{text}' is no port; give 0 to 65535.");

    private static Guid Identifier(string text) => Guid.TryParse(text, out var uuid)
        ? uuid
        : throw new FilterException($"uuid: '{text}' is no identifier of a flow; they look like 188f2c3a-0e51-8d2f-9c31-7f5a0b6c4d2e.");

    // What was dropped belongs to no connection, and clients take that for "no reply".
    private static bool IsReply(in Flow flow, bool wanted) =>
        flow.IsReply is { } known ? known == wanted : flow.Verdict == Model.Verdict.Dropped && !wanted;

    private static bool IsInterface(uint index, NetworkInterface wanted, NodeFacts facts)
    {
        if (index == 0 || (wanted.Index != 0 && wanted.Index != index)) return false;
        return wanted.Name.Length == 0 || facts.InterfaceName(index) == wanted.Name;
    }

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
        (int)flow.Kind == wanted.Type && (!wanted.MatchSubType || FlowSubType.Of(flow) == wanted.SubType);
}
