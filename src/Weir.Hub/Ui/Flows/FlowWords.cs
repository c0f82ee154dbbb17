using Weir.Model;

namespace Weir.Hub.Ui.Flows;

/// <summary>The words of flows in the web UI, as UTF-8, in Hubble's spelling.</summary>
internal static class FlowWords
{
    private static readonly byte[][] _reasons = [.. Enumerable.Range(0, 256).Select(r => System.Text.Encoding.ASCII.GetBytes(((DropReason)r).Name()))];

    /// <summary>A verdict.</summary>
    public static ReadOnlySpan<byte> Verdict(int number) => FlowNames.Of((Verdict)number);

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
        FlowKind.Trace => FlowNames.Spoken((ObservationPoint)flow.Point) is { IsEmpty: false } point ? point : "trace"u8,
        _ => "unknown"u8,
    };
}
