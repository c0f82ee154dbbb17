using System.Globalization;
using Google.Protobuf.Reflection;
using Weir.Model;
using Weir.Observe.Printing;
using Weir.Observe.Wire.Flows;
using Workload = Weir.Observe.Wire.Flows.Workload;

namespace Weir.Cli.Observe;

/// <summary>The filter flags of <c>hubble observe</c> 1.19, but for the namespaces and <c>--not</c>, which change others.</summary>
internal static class FilterFlags
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FilterFlag> All { get; } =
    [
        .. FilterFlag.OfEnds("pod", "a pod: [namespace/]name-prefix, in the namespace default where none is named", (f, v) => f.SourcePod.Add(v), (f, v) => f.DestinationPod.Add(v)),
        .. FilterFlag.OfEnds("ip", "an address or CIDR", (f, v) => f.SourceIp.Add(v), (f, v) => f.DestinationIp.Add(v)),
        .. FilterFlag.OfEnds("fqdn", "a DNS name, with * for any run of characters", (f, v) => f.SourceFqdn.Add(v), (f, v) => f.DestinationFqdn.Add(v)),
        .. FilterFlag.OfEnds("label", "endpoints with these labels: key=value, reserved:world", (f, v) => f.SourceLabel.Add(v), (f, v) => f.DestinationLabel.Add(v), "-l"),
        .. FilterFlag.OfEnds("service", "a service: [namespace/]name-prefix", (f, v) => f.SourceService.Add(v), (f, v) => f.DestinationService.Add(v)),
        .. FilterFlag.OfEnds("port", "a port", (f, v) => f.SourcePort.Add(v), (f, v) => f.DestinationPort.Add(v)),
        .. FilterFlag.OfEnds("workload", "a workload: [kind/]name", (f, v) => f.SourceWorkload.Add(WorkloadOf(v)), (f, v) => f.DestinationWorkload.Add(WorkloadOf(v))),
        .. FilterFlag.OfEnds("identity", "an identity: its number, or the name of a reserved one", (f, v) => f.SourceIdentity.Add(IdentityOf(v)), (f, v) => f.DestinationIdentity.Add(IdentityOf(v))),
        .. FilterFlag.OfEnds("cluster", "a cluster", (f, v) => f.SourceClusterName.Add(v), (f, v) => f.DestinationClusterName.Add(v)),
        FilterFlag.Of("uuid", "The flow with this identifier", (f, v) => f.Uuid.Add(v)),
        FilterFlag.Of("node-name", "Flows seen on these nodes: k8s*, cluster/node", (f, v) => f.NodeName.Add(v)),
        FilterFlag.Of("node-label", "Flows seen on nodes with these labels", (f, v) => f.NodeLabels.Add(v)),
        FilterFlag.Of("protocol", "tcp, udp, icmp, icmpv4, icmpv6, sctp, vrrp, igmp, dns, http, kafka", (f, v) => f.Protocol.Add(v)),
        FilterFlag.Of("tcp-flags", "Flows with these TCP flags: syn,ack", (f, v) => f.TcpFlags.Add(TcpFlagsOf(v))),
        FilterFlag.Of("type", "Event types, TYPE[:SUBTYPE]: capture, drop, l7, policy-verdict, trace[:to-endpoint, ...], trace-sock", (f, v) => f.EventType.Add(EventTypeOf(v)), "-t"),
        FilterFlag.Of("verdict", "FORWARDED, DROPPED, AUDIT, REDIRECTED, ERROR, TRACED, TRANSLATED", (f, v) => f.Verdict.Add((Weir.Observe.Wire.Flows.Verdict)NumberOf("--verdict", "Verdict", v))),
        FilterFlag.Of("drop-reason-desc", "POLICY_DENIED, UNSUPPORTED_L3_PROTOCOL, ...", (f, v) => f.DropReasonDesc.Add((Weir.Observe.Wire.Flows.DropReason)NumberOf("--drop-reason-desc", "DropReason", v))),
        FilterFlag.Of("http-status", "HTTP status: 404, or 5+ for all that begin with 5", (f, v) => f.HttpStatusCode.Add(v)),
        FilterFlag.Of("http-method", "HTTP method", (f, v) => f.HttpMethod.Add(v)),
        FilterFlag.Of("http-path", "HTTP paths, as a regular expression", (f, v) => f.HttpPath.Add(v)),
        FilterFlag.Of("http-url", "HTTP URLs, as a regular expression", (f, v) => f.HttpUrl.Add(v)),
        FilterFlag.Of("http-header", "HTTP header, name:value", (f, v) => f.HttpHeader.Add(HeaderOf(v))),
        FilterFlag.Of("trace-id", "Flows of this trace", (f, v) => f.TraceId.Add(v)),
        FilterFlag.Of("ip-trace-id", "Flows with this IP trace id", (f, v) => f.IpTraceId.Add(IpTraceOf(v))),
        FilterFlag.Of("snat-ip", "Flows whose source was translated to this address or CIDR", (f, v) => f.SourceIpXlated.Add(v)),
        FilterFlag.Of("ip-version", "none, v4, v6", (f, v) => f.IpVersion.Add(IpVersionOf(v))),
        FilterFlag.Of("ipv4", "IPv4 alone", (f, _) => f.IpVersion.Add(IPVersion.Ipv4), "-4", takesValue: false),
        FilterFlag.Of("ipv6", "IPv6 alone", (f, _) => f.IpVersion.Add(IPVersion.Ipv6), "-6", takesValue: false),
        FilterFlag.Of("traffic-direction", "ingress or egress", (f, v) => f.TrafficDirection.Add(DirectionOf(v))),
        FilterFlag.Of("interface", "Flows seen on this interface", (f, v) => f.Interface.Add(new NetworkInterface { Name = v })),
        FilterFlag.Of("encrypted", "Encrypted flows", (f, _) => f.Encrypted.Add(true), takesValue: false),
        FilterFlag.Of("unencrypted", "Flows that are not encrypted", (f, _) => f.Encrypted.Add(false), takesValue: false),
        FilterFlag.Of("cel-expression", "A CEL expression (refused by Weir's observers)", (f, v) => (f.Experimental ??= new FlowFilter.Types.Experimental()).CelExpression.Add(v)),
    ];

    private static Workload WorkloadOf(string text) =>
        text.Split('/', 2) is [var kind, var name] ? new Workload { Kind = kind, Name = name } : new Workload { Name = text };

    private static uint IdentityOf(string text)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        for (var reserved = 1u; reserved < 256; reserved++)
            if (new SecurityIdentity(reserved).ReservedName == text) return reserved;
        throw new UsageException($"--identity: '{text}' is no identity; give a number, or host, world, unmanaged, health, init, remote-node, kube-apiserver, ingress.");
    }

    private static TCPFlags TcpFlagsOf(string text)
    {
        var flags = new TCPFlags();
        foreach (var name in text.Split(','))
        {
            var field = TCPFlags.Descriptor.FindFieldByName(name.ToUpperInvariant())
                ?? throw new UsageException($"--tcp-flags: '{name}' is no TCP flag; give syn, ack, fin, rst, psh, urg, ece, cwr or ns.");
            field.Accessor.SetValue(flags, true);
        }

        return flags;
    }

    private static EventTypeFilter EventTypeOf(string text)
    {
        var parts = text.Split(':', 2);
        var filter = new EventTypeFilter
        {
            Type = parts[0] switch
            {
                "drop" => 1,
                "debug" => 2,
                "capture" => 3,
                "trace" => 4,
                "policy-verdict" => 5,
                "trace-sock" => 7,
                "l7" => 129,
                "agent" => 130,
                _ => (int)Numeric("--type", parts[0], "capture, drop, l7, policy-verdict, trace or trace-sock"),
            },
        };
        if (parts.Length == 1) return filter;
        filter.MatchSubType = true;
        var point = filter.Type == (int)FlowKind.Trace ? FlowTypeText.TracePoints.ToList().IndexOf(parts[1]) : -1;
        filter.SubType = point >= 0 ? point : (int)Numeric("--type", parts[1], $"a number, or for trace one of {string.Join(", ", FlowTypeText.TracePoints)}");
        return filter;
    }

    private static HTTPHeader HeaderOf(string text) => text.Split(':', 2) is [var key, var value]
        ? new HTTPHeader { Key = key, Value = value }
        : throw new UsageException($"--http-header: '{text}' is no name:value.");

    private static ulong IpTraceOf(string text) => Numeric("--ip-trace-id", text, "a number above 0") is > 0 and var id ? id : throw new UsageException("--ip-trace-id is 0; give a number above 0.");

    private static IPVersion IpVersionOf(string text) => text.ToUpperInvariant() switch
    {
        "4" or "V4" or "IPV4" or "IP4" => IPVersion.Ipv4,
        "6" or "V6" or "IPV6" or "IP6" => IPVersion.Ipv6,
        "NONE" => IPVersion.IpNotUsed,
        _ => throw new UsageException($"--ip-version: '{text}' is not known; give none, v4 or v6."),
    };

    private static Weir.Observe.Wire.Flows.TrafficDirection DirectionOf(string text) => text.ToUpperInvariant() switch
    {
        "INGRESS" => Weir.Observe.Wire.Flows.TrafficDirection.Ingress,
        "EGRESS" => Weir.Observe.Wire.Flows.TrafficDirection.Egress,
        _ => throw new UsageException($"--traffic-direction: '{text}' is not known; give ingress or egress."),
    };

    private static int NumberOf(string flag, string type, string name)
    {
        var names = FlowReflection.Descriptor.FindTypeByName<EnumDescriptor>(type);
        return names.FindValueByName(name.ToUpperInvariant())?.Number
            ?? throw new UsageException($"{flag}: '{name}' is not known; give one of {string.Join(", ", names.Values.Skip(1).Select(v => v.Name))}.");
    }

    private static ulong Numeric(string flag, string text, string expected) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue
            ? number
            : throw new UsageException($"{flag}: '{text}' is not known; give {expected}.");
}
