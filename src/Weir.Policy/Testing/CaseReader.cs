using System.Text.Json;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Policy.Testing;

/// <summary>Reads a verdict case: one JSON object with policies, endpoints and a flow.</summary>
public static class CaseReader
{
    /// <summary>The world of a case.</summary>
    /// <exception cref="FormatException">The case is malformed, or a policy in it has no meaning.</exception>
    public static CaseWorld ReadWorld(JsonElement row)
    {
        var configuration = ReadConfiguration(row);
        List<PolicySpec> policies = [];
        foreach (var policy in Items(row, "policies"))
        {
            var reading = PolicyReader.Read(JsonNodes.From(policy), configuration.DefaultNamespace, configuration.Cluster);
            if (!reading.HasMeaning) throw new FormatException(string.Join(" ", reading.Problems));
            policies.Add(reading.Policy!);
        }

        return new CaseWorld
        {
            Configuration = configuration,
            Policies = policies,
            Endpoints = [.. Items(row, "endpoints").Select(e => ReadEndpoint(e, configuration.Cluster))],
            CidrGroups = [.. Items(row, "cidrGroups").Select(g => new CidrGroup(Text(g, "name"), Map(g, "labels"), [.. Items(g, "externalCIDRs").Select(c => IpPrefix.Parse(c.GetString()!))]))],
            Services = [.. Items(row, "services").Select(ReadService)],
            Names = [.. Items(row, "dns").Select(n => new LearnedName(Text(n, "name"), [.. Items(n, "ips").Select(i => IpAddress.Parse(i.GetString()!))]))],
            ApiServers = [.. ApiServersOf(row)],
        };
    }

    /// <summary>The flow of a case.</summary>
    /// <exception cref="FormatException">The case is malformed.</exception>
    public static CaseFlow ReadFlow(JsonElement row)
    {
        var flow = row.GetProperty("flow");
        var protocol = Text(flow, "protocol").ToUpperInvariant() switch
        {
            "TCP" or "" => IpProtocol.Tcp,
            "UDP" => IpProtocol.Udp,
            "SCTP" => IpProtocol.Sctp,
            "ICMP" => IpProtocol.Icmp,
            "ICMPV6" => IpProtocol.IcmpV6,
            var other => throw new FormatException($"'{other}' is no protocol: expected TCP, UDP, SCTP, ICMP or ICMPv6."),
        };
        var port = flow.TryGetProperty(protocol is IpProtocol.Icmp or IpProtocol.IcmpV6 ? "icmpType" : "port", out var number) ? number.GetUInt16() : (ushort)0;
        return new CaseFlow(ReadPeer(flow.GetProperty("src")), ReadPeer(flow.GetProperty("dst")), protocol, port);
    }

    private static PolicyConfiguration ReadConfiguration(JsonElement row)
    {
        var configuration = new PolicyConfiguration();
        if (!row.TryGetProperty("config", out var config)) return configuration;
        return configuration with
        {
            Mode = Text(config, "policyMode") switch { "always" => PolicyMode.Always, "never" => PolicyMode.Never, _ => PolicyMode.Default },
            DualStack = config.TryGetProperty("dualStack", out var dual) && dual.GetBoolean(),
            AllowLocalHost = Text(config, "allowLocalhost") != "policy",
        };
    }

    private static CaseEndpoint ReadEndpoint(JsonElement row, string cluster) => new(
        Text(row, "name"),
        Text(row, "namespace"),
        IdentityLabels.ForPod(Text(row, "namespace"), Map(row, "labels"), Map(row, "namespaceLabels"), Text(row, "serviceAccount"), cluster),
        ReadPorts(row));

    private static List<NamedPort> ReadPorts(JsonElement row)
    {
        List<NamedPort> ports = [];
        if (!row.TryGetProperty("namedPorts", out var named)) return ports;
        if (named.ValueKind == JsonValueKind.Array)
        {
            foreach (var port in named.EnumerateArray()) ports.Add(new NamedPort(Text(port, "name"), Protocol(port), port.GetProperty("port").GetUInt16()));
            return ports;
        }

        foreach (var port in named.EnumerateObject())
        {
            ports.Add(port.Value.ValueKind == JsonValueKind.Number
                ? new NamedPort(port.Name, IpProtocol.Tcp, port.Value.GetUInt16())
                : new NamedPort(port.Name, Protocol(port.Value), port.Value.GetProperty("port").GetUInt16()));
        }

        return ports;
    }

    private static IpProtocol Protocol(JsonElement port) =>
        PortReader.ParseProtocol(Text(port, "protocol")) is { } protocol and not IpProtocol.Any ? protocol : IpProtocol.Tcp;

    private static ServiceBackends ReadService(JsonElement row) => new(
        Text(row, "namespace"),
        Text(row, "name"),
        Map(row, "labels"),
        row.TryGetProperty("selector", out _) ? Map(row, "selector") : null,
        [.. Items(row, "backends").Select(b => IpAddress.Parse(b.GetString()!))]);

    private static CasePeer ReadPeer(JsonElement peer)
    {
        if (peer.ValueKind == JsonValueKind.String) return new CasePeer(peer.GetString(), null, null);
        var entity = Text(peer, "entity");
        IpAddress? address = peer.TryGetProperty("cidr", out var cidr) ? IpPrefix.Parse(cidr.GetString()!).Address : null;
        return new CasePeer(null, entity.Length == 0 ? null : entity, address);
    }

    internal static IEnumerable<IpAddress> ApiServersOf(JsonElement row)
    {
        if (!row.TryGetProperty("flow", out var flow)) yield break;
        foreach (var side in new[] { "src", "dst" })
        {
            if (flow.TryGetProperty(side, out var peer) && peer.ValueKind == JsonValueKind.Object && Text(peer, "entity") == "kube-apiserver" && peer.TryGetProperty("cidr", out var cidr))
                yield return IpPrefix.Parse(cidr.GetString()!).Address;
        }
    }

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static JsonElement.ArrayEnumerator Items(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    private static Dictionary<string, string> Map(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
}
