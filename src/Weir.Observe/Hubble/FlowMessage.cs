using System.Buffers.Binary;
using Google.Protobuf.WellKnownTypes;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Makes Hubble's message out of a flow: the only place that knows both.</summary>
public static class FlowMessage
{
    /// <summary>The message for <paramref name="flow"/>.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="sequence">Its number in the node's ring; with the node's name it makes the UUID.</param>
    public static Msg.Flow Of(in Flow flow, long sequence)
    {
        var message = new Msg.Flow
        {
            Time = TimeOf(flow.TimeNanoseconds),
            Uuid = UuidOf(flow, sequence),
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
            EventType = new Msg.CiliumEventType { Type = (int)flow.Kind, SubType = SubTypeOf(flow) },
            SourceService = ServiceOf(flow.SourceService),
            DestinationService = ServiceOf(flow.DestinationService),
            TrafficDirection = (Msg.TrafficDirection)flow.Direction,
            PolicyMatchType = flow.Kind == FlowKind.PolicyVerdict ? (uint)flow.Match : 0,
            TraceObservationPoint = (Msg.TraceObservationPoint)flow.Point,
            TraceReason = (Msg.TraceReason)flow.Reason,
            IsReply = flow.IsReply,
            ProxyPort = flow.ProxyPort,
        };
        if (flow.InterfaceIndex != 0) message.Interface = new Msg.NetworkInterface { Index = flow.InterfaceIndex };
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
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return rest < 0
            ? new Timestamp { Seconds = seconds - 1, Nanos = (int)(rest + 1_000_000_000) }
            : new Timestamp { Seconds = seconds, Nanos = (int)rest };
    }

    private static void AddRules(
        ICollection<Msg.Policy> allowed, ICollection<Msg.Policy> denied, RuleSet? rules)
    {
        if (rules is null) return;
        var list = rules.Basis is DecisionBasis.Allow or DecisionBasis.LocalHost ? allowed : denied;
        foreach (var rule in rules.Rules)
        {
            var policy = new Msg.Policy { Name = rule.Name, Namespace = rule.Namespace, Kind = rule.Kind };
            policy.Labels.Add($"k8s:io.cilium.k8s.policy.derived-from={rule.Kind}");
            policy.Labels.Add($"k8s:io.cilium.k8s.policy.name={rule.Name}");
            if (rule.Namespace.Length > 0) policy.Labels.Add($"k8s:io.cilium.k8s.policy.namespace={rule.Namespace}");
            // Hubble has no field for the rule inside the policy; a label of our own source carries it.
            policy.Labels.Add(rule.Index < 0 ? "weir:rule=default-deny" : $"weir:rule={rule.Field}[{rule.Index}]");
            list.Add(policy);
        }
    }

    /// <summary>The <c>event_type.sub_type</c> of a flow: the drop's reason, or the trace's point in the datapath's numbering.</summary>
    internal static int SubTypeOf(in Flow flow) => flow.Kind switch
    {
        FlowKind.Drop => (int)flow.DropReason,
        // The datapath's numbering differs from the enumeration for to-endpoint alone.
        FlowKind.Trace => flow.Point == ObservationPoint.ToEndpoint ? 0 : (int)flow.Point,
        _ => 0,
    };

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

    private static Msg.Layer7 Layer7Of(in Flow flow)
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
        message.Labels.AddRange(endpoint.Labels.Labels.Select(l => l.ToString()));
        message.Workloads.AddRange(endpoint.Workloads.Select(w => new Msg.Workload { Name = w.Name, Kind = w.Kind }));
        return message;
    }

    private static Msg.Service? ServiceOf(ServiceReference? service) =>
        service is null ? null : new() { Name = service.Name, Namespace = service.Namespace };

    private static string UuidOf(in Flow flow, long sequence)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, flow.TimeNanoseconds);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], sequence ^ ((long)(flow.NodeName?.GetHashCode(StringComparison.Ordinal) ?? 0) << 32));
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80); // version 8 (RFC 9562 §5.8): our own layout
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
