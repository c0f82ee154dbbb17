using Google.Protobuf.WellKnownTypes;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Makes Hubble's message out of a flow: the only place that knows both.</summary>
public static class FlowMessage
{
    /// <summary>The message for <paramref name="flow"/>.</summary>
    public static Msg.Flow Of(in Flow flow) => Of(flow, NodeFacts.Unknown);

    /// <summary>The message for <paramref name="flow"/> of a node of which <paramref name="facts"/> are known.</summary>
    public static Msg.Flow Of(in Flow flow, NodeFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var message = new Msg.Flow
        {
            Time = TimeOf(flow.TimeNanoseconds),
            Uuid = FlowUuid.Of(flow).ToString(),
            Verdict = (Msg.Verdict)flow.Verdict,
            IP = new Msg.IP
            {
                Source = flow.SourceAddress.ToString(),
                Destination = flow.DestinationAddress.ToString(),
                IpVersion = flow.SourceAddress.IsIPv4 ? Msg.IPVersion.Ipv4 : Msg.IPVersion.Ipv6,
            },
            L4 = Layer4Of(flow),
            Source = EndpointOf(flow.Source),
            Destination = EndpointOf(flow.Destination),
            Type = flow.Kind == FlowKind.L7 ? Msg.FlowType.L7 : Msg.FlowType.L3L4,
            NodeName = flow.NodeName ?? "",
            EventType = new Msg.CiliumEventType { Type = (int)flow.Kind, SubType = FlowSubType.Of(flow) },
            SourceService = ServiceOf(flow.SourceService),
            DestinationService = ServiceOf(flow.DestinationService),
            TrafficDirection = (Msg.TrafficDirection)flow.Direction,
            PolicyMatchType = flow.Kind == FlowKind.PolicyVerdict ? (uint)flow.Match : 0,
            TraceObservationPoint = (Msg.TraceObservationPoint)flow.Point,
            TraceReason = (Msg.TraceReason)flow.Reason,
            IsReply = flow.IsReply,
            ProxyPort = flow.ProxyPort,
            Aggregate = AggregateOf(flow),
        };
        if (flow.InterfaceIndex != 0)
            message.Interface = new Msg.NetworkInterface { Index = flow.InterfaceIndex, Name = facts.InterfaceName(flow.InterfaceIndex) ?? "" };
        if (TraceIdOf(flow) is { } trace) message.TraceContext = new Msg.TraceContext { Parent = new Msg.TraceParent { TraceId = trace } };
        message.NodeLabels.AddRange(facts.Labels);
        message.SourceNames.AddRange(flow.Source?.Names ?? []);
        message.DestinationNames.AddRange(flow.Destination?.Names ?? []);
#pragma warning disable CS0612 // clients still print the deprecated fields
        message.Summary = FlowSummary.Of(flow);
        message.Reply = flow.IsReply ?? false;
        if (flow.Verdict == Verdict.Dropped)
        {
            message.DropReason = (uint)flow.DropReason;
            message.DropReasonDesc = (Msg.DropReason)flow.DropReason;
        }
#pragma warning restore CS0612
        AddRules(message.EgressAllowedBy, message.EgressDeniedBy, flow.EgressRules);
        AddRules(message.IngressAllowedBy, message.IngressDeniedBy, flow.IngressRules);
        if (flow.Kind == FlowKind.L7) message.L7 = Layer7Of(flow);
        return message;
    }

    /// <summary>A time in nanoseconds since 1970 as protobuf has it.</summary>
    public static Timestamp TimeOf(long nanoseconds)
    {
        var (seconds, rest) = SplitTime(nanoseconds);
        return new Timestamp { Seconds = seconds, Nanos = rest };
    }

    /// <summary>Seconds since 1970, and nanoseconds that are never negative.</summary>
    internal static (long Seconds, int Nanoseconds) SplitTime(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return rest < 0 ? (seconds - 1, (int)(rest + 1_000_000_000)) : (seconds, (int)rest);
    }

    /// <summary>Whether the rules let the connection pass, so that they stand in the <c>allowed_by</c> lists.</summary>
    internal static bool IsAllowed(RuleSet rules) => rules.Basis is DecisionBasis.Allow or DecisionBasis.LocalHost;

    /// <summary>The labels of an end: its identity's, and where its names are from.</summary>
    internal static IEnumerable<string> LabelsOf(Endpoint end) => end.Labels.Labels.Select(l => l.ToString()).Concat(end.Learned.Select(LearnedLabel.Of));

    /// <summary>The labels of a rule's policy.</summary>
    internal static IEnumerable<string> LabelsOf(RuleOrigin rule)
    {
        yield return $"k8s:io.cilium.k8s.policy.derived-from={rule.Kind}";
        yield return $"k8s:io.cilium.k8s.policy.name={rule.Name}";
        if (rule.Namespace.Length > 0) yield return $"k8s:io.cilium.k8s.policy.namespace={rule.Namespace}";

        // Hubble has no field for the rule inside the policy; a label of our own source carries it.
        yield return rule.Index < 0 ? "weir:rule=default-deny" : $"weir:rule={rule.Field}[{rule.Index}]";
    }

    /// <summary>The trace that a request belongs to: what the proxy read, or what its recorded <c>traceparent</c> says; else null.</summary>
    internal static string? TraceIdOf(in Flow flow)
    {
        if (flow.Http is not { } http) return null;
        if (http.TraceId is not null) return http.TraceId;
        foreach (var (key, value) in http.Headers)
        {
            if (key.Equals(TraceParent.HeaderName, StringComparison.OrdinalIgnoreCase)) return TraceParent.IdIn(value);
        }

        return null;
    }

    /// <summary>The field of <c>flow.Aggregate</c> that counts what a flow stands for; 0 where it stands for itself alone.</summary>
    internal static int CountField(in Flow flow) => flow.Suppressed == 0 ? 0 : flow.Direction switch
    {
        TrafficDirection.Ingress => Msg.Aggregate.IngressFlowCountFieldNumber,
        TrafficDirection.Egress => Msg.Aggregate.EgressFlowCountFieldNumber,
        _ => Msg.Aggregate.UnknownDirectionFlowCountFieldNumber,
    };

    /// <summary>The field of <c>flow.Layer4</c> for a protocol; 0 where there is none.</summary>
    internal static int Layer4Field(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => Msg.Layer4.TCPFieldNumber,
        IpProtocol.Udp => Msg.Layer4.UDPFieldNumber,
        IpProtocol.Sctp => Msg.Layer4.SCTPFieldNumber,
        IpProtocol.Icmp => Msg.Layer4.ICMPv4FieldNumber,
        IpProtocol.IcmpV6 => Msg.Layer4.ICMPv6FieldNumber,
        _ => 0,
    };

    private static Msg.Aggregate? AggregateOf(in Flow flow) => CountField(flow) switch
    {
        0 => null,
        Msg.Aggregate.IngressFlowCountFieldNumber => new() { IngressFlowCount = flow.Suppressed + 1 },
        Msg.Aggregate.EgressFlowCountFieldNumber => new() { EgressFlowCount = flow.Suppressed + 1 },
        _ => new() { UnknownDirectionFlowCount = flow.Suppressed + 1 },
    };

    private static void AddRules(
        ICollection<Msg.Policy> allowed, ICollection<Msg.Policy> denied, RuleSet? rules)
    {
        if (rules is null) return;
        var list = IsAllowed(rules) ? allowed : denied;
        foreach (var rule in rules.Rules)
        {
            var policy = new Msg.Policy { Name = rule.Name, Namespace = rule.Namespace, Kind = rule.Kind };
            policy.Labels.AddRange(LabelsOf(rule));
            list.Add(policy);
        }
    }

    private static Msg.Layer4? Layer4Of(in Flow flow) => flow.Protocol switch
    {
        IpProtocol.Tcp => new()
        {
            TCP = new() { SourcePort = flow.SourcePort, DestinationPort = flow.DestinationPort, Flags = FlagsOf(flow.TcpFlags) },
        },
        IpProtocol.Udp => new() { UDP = new() { SourcePort = flow.SourcePort, DestinationPort = flow.DestinationPort } },
        IpProtocol.Sctp => new() { SCTP = new() { SourcePort = flow.SourcePort, DestinationPort = flow.DestinationPort } },
        IpProtocol.Icmp => new() { ICMPv4 = new() { Type = flow.SourcePort, Code = flow.DestinationPort } },
        IpProtocol.IcmpV6 => new() { ICMPv6 = new() { Type = flow.SourcePort, Code = flow.DestinationPort } },
        _ => null,
    };

    private static Msg.TCPFlags FlagsOf(TcpFlags flags) => new()
    {
        FIN = flags.HasFlag(TcpFlags.Fin),
        SYN = flags.HasFlag(TcpFlags.Syn),
        RST = flags.HasFlag(TcpFlags.Rst),
        PSH = flags.HasFlag(TcpFlags.Psh),
        ACK = flags.HasFlag(TcpFlags.Ack),
        URG = flags.HasFlag(TcpFlags.Urg),
        ECE = flags.HasFlag(TcpFlags.Ece),
        CWR = flags.HasFlag(TcpFlags.Cwr),
    };

    /// <summary>The L7 part of a flow.</summary>
    internal static Msg.Layer7 Layer7Of(in Flow flow)
    {
        if (flow.Dns is { } dns)
        {
            var record = new Msg.DNS { Query = dns.Query, Ttl = dns.TtlSeconds, ObservationSource = "proxy", Rcode = dns.ResponseCode };
            record.Ips.AddRange(dns.Addresses.Select(a => a.ToString()));
            record.Cnames.AddRange(dns.CanonicalNames);
            record.Qtypes.AddRange(dns.QueryTypes);
            record.Rrtypes.AddRange(dns.RecordTypes);
            return new() { Type = dns.IsResponse ? Msg.L7FlowType.Response : Msg.L7FlowType.Request, Dns = record };
        }

        if (flow.Http is not { } http) return new();
        var exchange = new Msg.HTTP { Code = http.Status, Method = http.Method, Url = http.Url, Protocol = http.Protocol };
        exchange.Headers.AddRange(http.Headers.Select(h => new Msg.HTTPHeader { Key = h.Key, Value = h.Value }));
        return new()
        {
            Type = http.IsResponse ? Msg.L7FlowType.Response : Msg.L7FlowType.Request,
            LatencyNs = (ulong)http.Latency.Ticks * 100,
            Http = exchange,
        };
    }

    private static Msg.Endpoint? EndpointOf(Endpoint? endpoint)
    {
        if (endpoint is null) return null;
        var message = new Msg.Endpoint
        {
            ID = endpoint.Id,
            Identity = endpoint.Identity.Value,
            Namespace = endpoint.Namespace,
            PodName = endpoint.PodName,
            ClusterName = endpoint.ClusterName,
        };
        message.Labels.AddRange(LabelsOf(endpoint));
        message.Workloads.AddRange(endpoint.Workloads.Select(w => new Msg.Workload { Name = w.Name, Kind = w.Kind }));
        return message;
    }

    private static Msg.Service? ServiceOf(ServiceReference? service) =>
        service is null ? null : new() { Name = service.Name, Namespace = service.Namespace };
}
