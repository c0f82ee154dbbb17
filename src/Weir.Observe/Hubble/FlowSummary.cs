using System.Globalization;
using System.Text;
using Weir.Model;

namespace Weir.Observe.Hubble;

/// <summary>The one-line summary that Hubble prints behind a flow.</summary>
public static class FlowSummary
{
    private static readonly string[] _tcp = [.. Enumerable.Range(0, 256).Select(f => $"TCP Flags: {Flags((TcpFlags)f)}")];

    /// <summary>Such as <c>TCP Flags: SYN</c>, <c>UDP</c>, <c>ICMPv4 EchoRequest</c>, <c>DNS Query a.example. A</c>.</summary>
    public static string Of(in Flow flow)
    {
        if (flow.Dns is { } dns) return OfDns(dns);
        if (flow.Http is { } http) return OfHttp(http);
        return flow.Protocol switch
        {
            IpProtocol.Tcp => _tcp[(byte)flow.TcpFlags],
            IpProtocol.Udp => "UDP",
            IpProtocol.Sctp => "SCTP",
            IpProtocol.Icmp => $"ICMPv4 {IcmpName(flow.SourcePort)}",
            IpProtocol.IcmpV6 => $"ICMPv6 {IcmpV6Name(flow.SourcePort)}",
            _ => "",
        };
    }

    /// <summary>The flags' names as Hubble joins them: <c>SYN, ACK</c>.</summary>
    public static string Flags(TcpFlags flags)
    {
        var text = new StringBuilder(24);
        Add(TcpFlags.Syn, "SYN");
        Add(TcpFlags.Ack, "ACK");
        Add(TcpFlags.Rst, "RST");
        Add(TcpFlags.Fin, "FIN");
        Add(TcpFlags.Psh, "PSH");
        Add(TcpFlags.Urg, "URG");
        Add(TcpFlags.Ece, "ECE");
        Add(TcpFlags.Cwr, "CWR");
        return text.ToString();

        void Add(TcpFlags flag, string name)
        {
            if ((flags & flag) == 0) return;
            if (text.Length > 0) text.Append(", ");
            text.Append(name);
        }
    }

    private static string OfDns(DnsExchange dns)
    {
        var types = string.Join(',', dns.QueryTypes);
        if (!dns.IsResponse) return $"DNS Query {dns.Query} {types}";
        if (dns.ResponseCode != 0) return $"DNS Answer RCode: {RcodeName(dns.ResponseCode)} TTL: {dns.TtlSeconds} (Proxy {dns.Query} {types})";
        var addresses = string.Join(',', dns.Addresses);
        return $"DNS Answer \"{addresses}\" TTL: {dns.TtlSeconds} (Proxy {dns.Query} {types})";
    }

    private static string OfHttp(HttpExchange http) => http.IsResponse
        ? string.Create(CultureInfo.InvariantCulture, $"{http.Protocol} {http.Status} {(long)http.Latency.TotalMilliseconds}ms ({http.Method} {http.Url})")
        : $"{http.Protocol} {http.Method} {http.Url}";

    private static string RcodeName(ushort code) => code switch
    {
        1 => "Format Error",
        2 => "Server Failure",
        3 => "Non-Existent Domain",
        4 => "Not Implemented",
        5 => "Query Refused",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };

    private static string IcmpName(ushort type) => type switch
    {
        0 => "EchoReply",
        3 => "DestinationUnreachable",
        5 => "Redirect",
        8 => "EchoRequest",
        11 => "TimeExceeded",
        12 => "ParameterProblem",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };

    private static string IcmpV6Name(ushort type) => type switch
    {
        1 => "DestinationUnreachable",
        2 => "PacketTooBig",
        3 => "TimeExceeded",
        128 => "EchoRequest",
        129 => "EchoReply",
        133 => "RouterSolicitation",
        134 => "RouterAdvertisement",
        135 => "NeighborSolicitation",
        136 => "NeighborAdvertisement",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };
}
