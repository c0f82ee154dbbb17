using System.Net;

namespace Weir.Lab.Network;

/// <summary>The lab's address plan. Nothing of it is ever routed on the machine.</summary>
public static class LabAddresses
{
    /// <summary>Prefix length of the fabric's IPv4 network, 172.18.0.0/24.</summary>
    public const int Fabric4Bits = 24;

    /// <summary>Prefix length of the fabric's IPv6 network, fd00:172:18::/64.</summary>
    public const int Fabric6Bits = 64;

    /// <summary>The world's end of the fabric, which is every node's gateway.</summary>
    public static IReadOnlyList<IPAddress> World { get; } = [IPAddress.Parse("172.18.0.1"), IPAddress.Parse("fd00:172:18::1")];

    /// <summary>The external client that the machine's own requests come from.</summary>
    public static IReadOnlyList<IPAddress> Client { get; } = [IPAddress.Parse("203.0.113.45"), IPAddress.Parse("2001:db8:203::45")];

    /// <summary>The outside world's name server.</summary>
    public static IPAddress WorldDns { get; } = IPAddress.Parse("203.0.113.53");

    /// <summary>Cluster DNS.</summary>
    public static IReadOnlyList<IPAddress> ClusterDns { get; } = [IPAddress.Parse("10.0.0.10"), IPAddress.Parse("fd00:10::a")];

    /// <summary>The addresses of a node, IPv4 and IPv6.</summary>
    /// <param name="number">From 1.</param>
    public static IReadOnlyList<IPAddress> Node(int number) => [Parse($"172.18.0.{10 + number}"), Parse($"fd00:172:18::1{number}")];

    /// <summary>The ranges of a node's pods, IPv4 and IPv6.</summary>
    public static IReadOnlyList<IPNetwork> PodRanges(int number) =>
        [new(Parse($"192.168.{number}.0"), 24), new(Parse($"fd00:192:168:{number}::"), 64)];

    /// <summary>A node's name.</summary>
    public static string NodeName(int number) => string.Create(CultureInfo.InvariantCulture, $"node{number}");

    private static IPAddress Parse(FormattableString text) => IPAddress.Parse(text.ToString(CultureInfo.InvariantCulture));
}
