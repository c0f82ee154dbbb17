namespace Weir.Kernel.Network;

/// <summary>The outside: a bridge that nodes plug into, the gateway, and an external client at 203.0.113.45.</summary>
internal sealed class TestWorld : IDisposable
{
    public TestWorld()
    {
        Namespace = new NetworkNamespace("w");
        Namespace.Ip("""
            link add fabric type bridge mcast_snooping 0
            link set fabric up
            address add 172.18.0.1/24 dev fabric
            address add fd00:172:18::1/64 dev fabric nodad
            address add 203.0.113.45/32 dev lo
            """);
    }

    public const string Client = "203.0.113.45";

    public NetworkNamespace Namespace { get; }

    /// <summary>Plugs a node in, and routes its pods' addresses to it, here and from nodes before.</summary>
    public void Connect(TestNode node)
    {
        var n = node.Number;
        Namespace.Ip($"""
            link add port{n} type veth peer name uplink netns {node.Namespace.Name}
            link set port{n} master fabric up
            route add 192.168.{n}.0/24 via 172.18.0.1{n}
            route add fd00:192:168:{n}::/64 via fd00:172:18::1{n}
            """);
        node.Namespace.Ip($"""
            link set uplink up
            address add 172.18.0.1{n}/24 dev uplink
            address add fd00:172:18::1{n}/64 dev uplink nodad
            route add default via 172.18.0.1
            route add default via fd00:172:18::1
            route add 192.168.{3 - n}.0/24 via 172.18.0.1{3 - n}
            route add fd00:192:168:{3 - n}::/64 via fd00:172:18::1{3 - n}
            """);
    }

    /// <inheritdoc/>
    public void Dispose() => Namespace.Dispose();
}
