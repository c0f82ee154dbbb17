using System.Net;
using System.Text.Json;

namespace Weir.EndToEnd.Corpus;

/// <summary>A corpus flow that can be sent between real pods.</summary>
/// <param name="Id">The corpus' name of it.</param>
/// <param name="Source">A pod, <c>host:POD</c> or <c>remote:POD</c> (a node as seen from that pod), or an address of the outside world.</param>
/// <param name="Destination">As the source.</param>
/// <param name="Protocol">TCP, UDP, ICMP or SCTP.</param>
/// <param name="Port">The destination port; the type of an ICMP message.</param>
/// <param name="Allowed">What Cilium's engine said.</param>
internal sealed record LiveCase(string Id, string Source, string Destination, string Protocol, ushort Port, bool Allowed)
{
    /// <summary>Whether the same packet was tried already, whatever its verdict.</summary>
    public (string, string, string, ushort) Path => (Source, Destination, Protocol, Port);

    /// <summary>Reads a flow.</summary>
    /// <param name="row">A line of the corpus.</param>
    /// <param name="why">Why it cannot be sent here; empty when it can.</param>
    public static LiveCase? Read(JsonElement row, out string why)
    {
        var flow = row.GetProperty("flow");
        var protocol = flow.GetProperty("protocol").GetString()!;
        var verdict = row.GetProperty("expect").GetProperty("verdict").GetString();
        var (source, destination) = (flow.GetProperty("src"), flow.GetProperty("dst"));
        why = verdict == "redirect" ? "a redirect: what passes is for the proxies to say"
            : protocol == "ICMPv6" ? "the pods of the corpus are IPv4"
            : WhyNot(source) ?? WhyNot(destination) ?? "";
        if (why.Length > 0) return null;
        var port = flow.TryGetProperty(protocol == "ICMP" ? "icmpType" : "port", out var number) ? number.GetUInt16() : (ushort)0;
        return new LiveCase(
            row.GetProperty("id").GetString()!, Place(source, destination), Place(destination, source), protocol, port, verdict == "allow");
    }

    private static string? WhyNot(JsonElement peer)
    {
        if (peer.ValueKind is JsonValueKind.String) return null;
        if (peer.TryGetProperty("fqdn", out _)) return "a learned name: nobody asked for it here";
        if (peer.TryGetProperty("entity", out var entity))
            return entity.GetString() is "host" or "remote-node" ? null : $"entity {entity.GetString()} has no packets of its own here";
        var address = peer.GetProperty("cidr").GetString()!;
        return IsTaken(IPAddress.Parse(address)) ? $"{address} lies in a range of the lab itself" : null;
    }

    /// <summary>Services and pods of the lab have these addresses.</summary>
    private static bool IsTaken(IPAddress address) =>
        IPNetwork.Parse("10.0.0.0/16").Contains(address) || IPNetwork.Parse("192.168.0.0/16").Contains(address) || IPNetwork.Parse("172.18.0.0/16").Contains(address)
        || address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6;

    private static string Place(JsonElement peer, JsonElement other)
    {
        if (peer.ValueKind is JsonValueKind.String) return peer.GetString()!;
        if (peer.TryGetProperty("cidr", out var cidr)) return cidr.GetString()!;
        return (peer.GetProperty("entity").GetString() == "host" ? "host:" : "remote:") + other.GetString();
    }
}
