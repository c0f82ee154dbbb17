using Weir.Model;

namespace Weir.Hub.Ui.Flows;

/// <summary>The words of flows in the web UI, as UTF-8, in Hubble's spelling.</summary>
internal static class FlowWords
{
    private static readonly byte[][] _reasons = [.. Enumerable.Range(0, 256).Select(r => System.Text.Encoding.ASCII.GetBytes(((DropReason)r).Name()))];

    /// <summary>A verdict.</summary>
    public static ReadOnlySpan<byte> Verdict(int number) => number switch
    {
        1 => "FORWARDED"u8,
        2 => "DROPPED"u8,
        3 => "ERROR"u8,
        4 => "AUDIT"u8,
        5 => "REDIRECTED"u8,
        6 => "TRACED"u8,
        7 => "TRANSLATED"u8,
        _ => "UNKNOWN"u8,
    };

    /// <summary>A drop's reason.</summary>
    public static ReadOnlySpan<byte> Reason(int number) => _reasons[number is >= 0 and < 256 ? number : 0];

    /// <summary>The kind of flow.</summary>
    public static ReadOnlySpan<byte> Type(int number) => number switch { 2 => "L7"u8, 3 => "SOCK"u8, _ => "L3_L4"u8 };

    /// <summary>From whose point of view.</summary>
    public static ReadOnlySpan<byte> Direction(int number) => number switch { 1 => "INGRESS"u8, 2 => "EGRESS"u8, _ => ""u8 };

    /// <summary>A transport protocol.</summary>
    public static ReadOnlySpan<byte> Protocol(Transport transport) => transport switch
    {
        Transport.Tcp => "TCP"u8,
        Transport.Udp => "UDP"u8,
        Transport.Sctp => "SCTP"u8,
        Transport.IcmpV4 => "ICMPv4"u8,
        Transport.IcmpV6 => "ICMPv6"u8,
        _ => ""u8,
    };

    /// <summary>What was seen.</summary>
    public static ReadOnlySpan<byte> Event(in FlowView flow) => (FlowKind)flow.Kind switch
    {
        FlowKind.Drop => "drop"u8,
        FlowKind.PolicyVerdict => "policy-verdict"u8,
        FlowKind.L7 when flow.L7.IsDns => flow.L7.IsResponse ? "dns-response"u8 : "dns-request"u8,
        FlowKind.L7 when flow.L7.IsHttp => flow.L7.IsResponse ? "http-response"u8 : "http-request"u8,
        FlowKind.L7 => "l7"u8,
        FlowKind.Trace => Point(flow.Point),
        _ => "unknown"u8,
    };

    private static ReadOnlySpan<byte> Point(int number) => (ObservationPoint)number switch
    {
        ObservationPoint.ToProxy => "to-proxy"u8,
        ObservationPoint.ToHost => "to-host"u8,
        ObservationPoint.ToStack => "to-stack"u8,
        ObservationPoint.FromEndpoint => "from-endpoint"u8,
        ObservationPoint.FromProxy => "from-proxy"u8,
        ObservationPoint.FromHost => "from-host"u8,
        ObservationPoint.FromStack => "from-stack"u8,
        ObservationPoint.FromNetwork => "from-network"u8,
        ObservationPoint.ToNetwork => "to-network"u8,
        ObservationPoint.ToEndpoint => "to-endpoint"u8,
        _ => "trace"u8,
    };
}
