using System.Globalization;

namespace Weir.Model;

/// <summary>The one-line summary that Hubble prints behind a flow.</summary>
public static class FlowSummary
{
    /// <summary>Long enough for most; a longer one is written again with twice the room.</summary>
    private const int FirstRoom = 256;

    private static readonly string[] _flags = [.. Enumerable.Range(0, 256).Select(f => "TCP Flags: " + string.Join(", ", NamesOf((TcpFlags)f)))];

    /// <summary>Such as <c>TCP Flags: SYN</c>, <c>UDP</c>, <c>ICMPv4 EchoRequest</c>, <c>DNS Query a.example. A</c>.</summary>
    public static string Of(in Flow flow)
    {
        if (flow is { Protocol: IpProtocol.Tcp, Dns: null, Http: null }) return _flags[(byte)flow.TcpFlags];
        Span<char> room = stackalloc char[FirstRoom];
        int length;
        while (!TryWrite(flow, room, out length)) room = new char[room.Length * 2];
        return new string(room[..length]);
    }

    /// <summary>Writes it without an allocation.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="room">Where to.</param>
    /// <param name="length">How many characters were written.</param>
    /// <returns>False when there is not enough room.</returns>
    public static bool TryWrite(in Flow flow, Span<char> room, out int length)
    {
        if (flow.Dns is { } dns) return TryWrite(dns, room, out length);
        if (flow.Http is { } http) return TryWrite(http, room, out length);
        return flow.Protocol switch
        {
            IpProtocol.Tcp => room.TryWrite($"{_flags[(byte)flow.TcpFlags]}", out length),
            IpProtocol.Udp => room.TryWrite($"UDP", out length),
            IpProtocol.Sctp => room.TryWrite($"SCTP", out length),
            IpProtocol.Icmp => TryWrite("ICMPv4 ", IcmpName(flow.SourcePort), flow.SourcePort, room, out length),
            IpProtocol.IcmpV6 => TryWrite("ICMPv6 ", IcmpV6Name(flow.SourcePort), flow.SourcePort, room, out length),
            _ => room.TryWrite($"", out length),
        };
    }

    /// <summary>The name of an ICMP flow's type, such as <c>EchoRequest</c>; its number where it has none.</summary>
    public static string IcmpType(in Flow flow) =>
        (flow.Protocol == IpProtocol.Icmp ? IcmpName(flow.SourcePort) : IcmpV6Name(flow.SourcePort)) ?? flow.SourcePort.ToString(CultureInfo.InvariantCulture);

    private static bool TryWrite(string start, string? name, ushort number, Span<char> room, out int length) =>
        name is null ? room.TryWrite(CultureInfo.InvariantCulture, $"{start}{number}", out length) : room.TryWrite($"{start}{name}", out length);

    private static bool TryWrite(HttpExchange http, Span<char> room, out int length) => http.IsResponse
        ? room.TryWrite(
            CultureInfo.InvariantCulture, $"{http.Protocol} {http.Status} {(long)http.Latency.TotalMilliseconds}ms ({http.Method} {http.Url})", out length)
        : room.TryWrite($"{http.Protocol} {http.Method} {http.Url}", out length);

    private static bool TryWrite(DnsExchange dns, Span<char> room, out int length)
    {
        length = 0;
        if (!dns.IsResponse) return Add(room, "DNS Query ", ref length) && Add(room, dns.Query, ref length) && AddTypes(dns, room, ref length);
        if (!Add(room, "DNS Answer ", ref length)) return false;
        if (dns.ResponseCode != 0)
        {
            if (!Add(room, "RCode: ", ref length) || !AddCode(dns.ResponseCode, room, ref length)) return false;
        }
        else if (!AddAddresses(dns, room, ref length))
        {
            return false;
        }

        if (!room[length..].TryWrite(CultureInfo.InvariantCulture, $" TTL: {dns.TtlSeconds} (Proxy {dns.Query}", out var more)) return false;
        length += more;
        return AddTypes(dns, room, ref length) && Add(room, ")", ref length);
    }

    private static bool AddTypes(DnsExchange dns, Span<char> room, ref int length)
    {
        for (var i = 0; i < dns.QueryTypes.Count; i++)
            if (!Add(room, i == 0 ? " " : ",", ref length) || !Add(room, dns.QueryTypes[i], ref length)) return false;
        return dns.QueryTypes.Count > 0 || Add(room, " ", ref length);
    }

    private static bool AddAddresses(DnsExchange dns, Span<char> room, ref int length)
    {
        if (!Add(room, "\"", ref length)) return false;
        for (var i = 0; i < dns.Addresses.Count; i++)
        {
            // An answer's addresses are new more often than not, so their texts are made here.
            if ((i > 0 && !Add(room, ",", ref length)) || !Add(room, dns.Addresses[i].ToString(), ref length)) return false;
        }

        return Add(room, "\"", ref length);
    }

    private static bool AddCode(ushort code, Span<char> room, ref int length)
    {
        var name = code switch
        {
            1 => "Format Error",
            2 => "Server Failure",
            3 => "Non-Existent Domain",
            4 => "Not Implemented",
            5 => "Query Refused",
            _ => null,
        };
        if (name is not null) return Add(room, name, ref length);
        if (!code.TryFormat(room[length..], out var more, default, CultureInfo.InvariantCulture)) return false;
        length += more;
        return true;
    }

    private static bool Add(Span<char> room, string text, ref int length)
    {
        if (!text.TryCopyTo(room[length..])) return false;
        length += text.Length;
        return true;
    }

    private static IEnumerable<string> NamesOf(TcpFlags flags)
    {
        if ((flags & TcpFlags.Syn) != 0) yield return "SYN";
        if ((flags & TcpFlags.Ack) != 0) yield return "ACK";
        if ((flags & TcpFlags.Rst) != 0) yield return "RST";
        if ((flags & TcpFlags.Fin) != 0) yield return "FIN";
        if ((flags & TcpFlags.Psh) != 0) yield return "PSH";
        if ((flags & TcpFlags.Urg) != 0) yield return "URG";
        if ((flags & TcpFlags.Ece) != 0) yield return "ECE";
        if ((flags & TcpFlags.Cwr) != 0) yield return "CWR";
    }

    private static string? IcmpName(ushort type) => type switch
    {
        0 => "EchoReply",
        3 => "DestinationUnreachable",
        5 => "Redirect",
        8 => "EchoRequest",
        11 => "TimeExceeded",
        12 => "ParameterProblem",
        _ => null,
    };

    private static string? IcmpV6Name(ushort type) => type switch
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
        _ => null,
    };
}
