using System.Text;
using Weir.Model;

namespace Weir.Observe.Metrics.Families;

/// <summary>The words that Hubble's metrics have for what a flow says.</summary>
internal static class FlowWords
{
    private static readonly string[] _verdicts = [.. Enumerable.Range(0, 1 + (int)Model.Verdict.Redirected).Select(v => Encoding.ASCII.GetString(FlowNames.Of((Verdict)v)))];
    private static readonly string[] _points = [.. Enumerable.Range(0, 1 + (int)ObservationPoint.ToEndpoint).Select(p => Encoding.ASCII.GetString(FlowNames.Spoken((ObservationPoint)p)))];

    public static string Verdict(Verdict verdict) => _verdicts[(int)verdict < _verdicts.Length ? (int)verdict : 0];

    /// <summary>The transport; of what a proxy saw, what is spoken.</summary>
    public static string Protocol(in Flow flow) => flow switch
    {
        { Kind: FlowKind.L7, Dns: not null } => "DNS",
        { Kind: FlowKind.L7, Http: not null } => "HTTP",
        { Kind: FlowKind.L7 } => "Unknown L7",
        _ => Transport(flow.Protocol),
    };

    public static string Transport(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Sctp => "SCTP",
        IpProtocol.Icmp => "ICMPv4",
        IpProtocol.IcmpV6 => "ICMPv6",
        _ => "Unknown flow",
    };

    public static string Family(in Flow flow) => flow.SourceAddress.IsIPv4 ? "IPv4" : "IPv6";

    /// <summary>Where a packet was seen; empty where that is not known.</summary>
    public static string Point(ObservationPoint point) => _points[(int)point < _points.Length ? (int)point : 0];

    /// <summary>A response code by its name in RFC 1035 and its successors.</summary>
    public static string ResponseCode(ushort code) => code switch
    {
        0 => "No Error",
        1 => "Format Error",
        2 => "Server Failure",
        3 => "Non-Existent Domain",
        4 => "Not Implemented",
        5 => "Query Refused",
        6 => "Name Exists when it should not",
        7 => "RR Set Exists when it should not",
        8 => "RR Set that should exist does not",
        9 => "Server Not Authoritative for zone",
        10 => "Name not contained in zone",
        _ => $"RCODE {code.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
    };

    public static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
