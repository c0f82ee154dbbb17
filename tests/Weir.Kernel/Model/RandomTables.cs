using Weir.Datapath;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Kernel.Model;

/// <summary>Makes random policies, services and identities, from few names, so that they meet each other and the traffic.</summary>
internal sealed class RandomTables(Random random, IReadOnlyList<EndpointSpec> pods)
{
    public static readonly uint[] Peers = [0, 1, 2, 3, 1001, 1002, 1003, 2001, 2002, 16_777_217];
    public static readonly ushort[] Ports = [53, 80, 81, 443, 8080, 8081, 8192, 8200, 30_000];

    private ulong _revision;

    /// <summary>The remote pods, of known identities.</summary>
    public static IReadOnlyList<IpAddress> Remote { get; } =
        [IpAddress.Parse("192.168.2.5"), IpAddress.Parse("192.168.2.6"), IpAddress.Parse("fd00:192:168:2::5"), IpAddress.Parse("fd00:192:168:2::6")];

    /// <summary>Addresses outside, unclaimed, and the node's own.</summary>
    public static IReadOnlyList<IpAddress> Others { get; } =
    [
        IpAddress.Parse("203.0.113.45"), IpAddress.Parse("2001:db8::45"), IpAddress.Parse("192.168.2.99"), IpAddress.Parse("172.18.0.11"),
        IpAddress.Parse("fd00:172:18::11"), IpAddress.Parse("140.82.112.6"),
    ];

    /// <summary>Service addresses, also some that are no service.</summary>
    public static IReadOnlyList<IpAddress> Frontends { get; } =
        [IpAddress.Parse("10.0.0.20"), IpAddress.Parse("10.0.0.21"), IpAddress.Parse("198.51.100.7"), IpAddress.Parse("fd00:10::20"), IpAddress.Parse("2001:db8:198::7")];

    public static IReadOnlyList<IpProtocol> Protocols { get; } = [IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmp, IpProtocol.IcmpV6];

    /// <summary>The services that were made last.</summary>
    public IReadOnlyList<ServiceSpec> InForce { get; private set; } = [];

    public EndpointPolicy Policy() => new(++_revision, Table(), Table());

    public Dictionary<PolicyKey, PolicyEntry> Entries(int most)
    {
        var entries = new Dictionary<PolicyKey, PolicyEntry>();
        for (var i = random.Next(most + 1); i > 0; i--)
        {
            var protocol = random.Next(6) == 0 ? IpProtocol.Any : Pick(Protocols);
            var isIcmp = protocol is IpProtocol.Icmp or IpProtocol.IcmpV6;
            byte bits = protocol == IpProtocol.Any ? (byte)0 : isIcmp ? (byte)(random.Next(2) * 16) : Pick<byte>([0, 1, 3, 8, 12, 15, 16, 16, 16]);
            var port = isIcmp ? Pick<ushort>([8, 128, 3, 0]) : Pick(Ports);
            port = bits == 0 ? (ushort)0 : (ushort)(port & (0xFFFF << (16 - bits)));
            var action = Pick([PolicyAction.Allow, PolicyAction.Allow, PolicyAction.Allow, PolicyAction.Redirect, PolicyAction.Deny]);
            entries[new PolicyKey(new SecurityIdentity(Pick(Peers)), protocol, port, bits)] = new PolicyEntry(
                action, Pick([PolicyMatch.L3L4, PolicyMatch.L4Only, PolicyMatch.All]), new RuleSet(DecisionBasis.Allow, [new RuleOrigin("NetworkPolicy", "test", $"p{random.Next(12)}", "ingress", 0)]));
        }

        return entries;
    }

    public IReadOnlyCollection<ServiceSpec> Services()
    {
        var services = new Dictionary<(IpAddress, ushort, IpProtocol), ServiceSpec>();
        for (var i = random.Next(4, 16); i > 0; i--)
        {
            var frontend = Pick(Frontends);
            var protocol = Pick([IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp]);
            var port = Pick(Ports);
            var backends = new HashSet<BackendSpec>();
            for (var b = random.Next(5); b > 0; b--)
            {
                var isLocal = random.Next(2) == 0;
                var pod = pods[random.Next(pods.Count)];
                var address = isLocal ? (frontend.IsIPv4 ? pod.IPv4 : pod.IPv6) : Remote.Where(remote => remote.IsIPv4 == frontend.IsIPv4).ElementAt(random.Next(2));
                backends.Add(new BackendSpec(address, protocol == IpProtocol.Sctp && random.Next(2) == 0 ? port : Pick(Ports), isLocal));
            }

            services[(frontend, port, protocol)] = new ServiceSpec(frontend, port, protocol, [.. backends], random.Next(3) == 0, random.Next(3) == 0 ? 30u : 0u);
        }

        InForce = [.. services.Values];
        return InForce;
    }

    public T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    private DirectionTable Table() => random.Next(4) == 0
        ? DirectionTable.Open
        : new DirectionTable(true, new RuleSet(DecisionBasis.DefaultDeny, [new RuleOrigin("NetworkPolicy", "test", $"d{random.Next(3)}", "", -1)]), Entries(14));
}
