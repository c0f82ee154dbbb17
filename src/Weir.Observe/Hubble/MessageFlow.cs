using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Makes a flow out of Hubble's message, as far as Weir has a place for what it says: for flows that were saved.</summary>
public static class MessageFlow
{
    /// <summary>The flow that <paramref name="message"/> tells of. What Weir has no place for is left out.</summary>
    public static Flow Of(Msg.Flow message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var flow = new Flow
        {
            TimeNanoseconds = message.Time is { } time ? TimeWindow.Nanoseconds(time) : 0,
            Kind = (FlowKind)(message.EventType?.Type ?? 0),
            Verdict = (Verdict)message.Verdict,
            DropReason = (DropReason)message.DropReasonDesc,
            Direction = (TrafficDirection)message.TrafficDirection,
            Point = (ObservationPoint)message.TraceObservationPoint,
            Reason = (TraceReason)message.TraceReason,
            IsReply = message.IsReply,
            Match = (PolicyMatch)message.PolicyMatchType,
            SourceAddress = AddressOf(message.IP?.Source),
            DestinationAddress = AddressOf(message.IP?.Destination),
            ProxyPort = (ushort)message.ProxyPort,
            InterfaceIndex = message.Interface?.Index ?? 0,
            Source = EndpointOf(message.Source, message.SourceNames),
            Destination = EndpointOf(message.Destination, message.DestinationNames),
            SourceService = ServiceOf(message.SourceService),
            DestinationService = ServiceOf(message.DestinationService),
            NodeName = message.NodeName,
            EgressRules = MessageRules.Of(message.EgressAllowedBy, message.EgressDeniedBy),
            IngressRules = MessageRules.Of(message.IngressAllowedBy, message.IngressDeniedBy),
        };
        SetTransport(ref flow, message.L4);
        if (message.L7?.Dns is { } dns) flow.Dns = DnsOf(dns, message.L7.Type);
        if (message.L7?.Http is { } http) flow.Http = HttpOf(http, message.L7);
        return flow;
    }

    private static IpAddress AddressOf(string? text) => IpAddress.TryParse(text, out var address) ? address : default;

    private static void SetTransport(ref Flow flow, Msg.Layer4? layer)
    {
        (flow.Protocol, flow.SourcePort, flow.DestinationPort) = layer switch
        {
            { TCP: { } tcp } => (IpProtocol.Tcp, (ushort)tcp.SourcePort, (ushort)tcp.DestinationPort),
            { UDP: { } udp } => (IpProtocol.Udp, (ushort)udp.SourcePort, (ushort)udp.DestinationPort),
            { SCTP: { } sctp } => (IpProtocol.Sctp, (ushort)sctp.SourcePort, (ushort)sctp.DestinationPort),
            { ICMPv4: { } icmp } => (IpProtocol.Icmp, (ushort)icmp.Type, (ushort)icmp.Code),
            { ICMPv6: { } icmp } => (IpProtocol.IcmpV6, (ushort)icmp.Type, (ushort)icmp.Code),
            _ => default,
        };
        if (layer?.TCP?.Flags is not { } f) return;
        flow.TcpFlags = (f.FIN ? TcpFlags.Fin : 0) | (f.SYN ? TcpFlags.Syn : 0) | (f.RST ? TcpFlags.Rst : 0) | (f.PSH ? TcpFlags.Psh : 0)
            | (f.ACK ? TcpFlags.Ack : 0) | (f.URG ? TcpFlags.Urg : 0) | (f.ECE ? TcpFlags.Ece : 0) | (f.CWR ? TcpFlags.Cwr : 0);
    }

    private static Endpoint EndpointOf(Msg.Endpoint? end, IEnumerable<string> names) => new()
    {
        Id = end?.ID ?? 0,
        Identity = new SecurityIdentity(end?.Identity ?? 0),
        Namespace = end?.Namespace ?? "",
        PodName = end?.PodName ?? "",
        Labels = new LabelSet((end?.Labels ?? []).Where(l => !LearnedLabel.TryRead(l, out _)).Select(l => Label.Parse(l))),
        Workloads = [.. (end?.Workloads ?? []).Select(w => new Workload(w.Name, w.Kind))],
        ClusterName = end?.ClusterName ?? "",
        Names = [.. names],
        Learned = LearnedOf(end),
    };

    /// <summary>Where an end's names are from, as its labels say.</summary>
    internal static IReadOnlyList<LearnedName> LearnedOf(Msg.Endpoint? end) =>
        [.. (end?.Labels ?? []).Select(l => LearnedLabel.TryRead(l, out var name) ? name : null).OfType<LearnedName>()];

    private static ServiceReference? ServiceOf(Msg.Service? service) => service is null ? null : new ServiceReference(service.Namespace, service.Name);

    private static DnsExchange DnsOf(Msg.DNS dns, Msg.L7FlowType type) => new()
    {
        Query = dns.Query, IsResponse = type == Msg.L7FlowType.Response, QueryTypes = [.. dns.Qtypes], ResponseCode = (ushort)dns.Rcode, TtlSeconds = dns.Ttl,
        Addresses = [.. dns.Ips.Select(AddressOf)], CanonicalNames = [.. dns.Cnames], RecordTypes = [.. dns.Rrtypes],
    };

    private static HttpExchange HttpOf(Msg.HTTP http, Msg.Layer7 layer) => new()
    {
        Method = http.Method,
        Url = http.Url,
        Protocol = http.Protocol,
        Status = (ushort)http.Code,
        IsResponse = layer.Type == Msg.L7FlowType.Response,
        Latency = TimeSpan.FromTicks((long)(layer.LatencyNs / TimeSpan.NanosecondsPerTick)),
        Headers = [.. http.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value))],
    };
}
