using System.Net;
using System.Net.Sockets;
using Weir.Datapath;
using Weir.Model;

namespace Weir.Kernel.Network;

/// <summary>A namespace with one interface and one address of each family, attached to a <see cref="TestNode"/>.</summary>
internal sealed class TestPod : IDisposable
{
    public TestPod(TestNode node, uint id, int host, uint identity)
    {
        Namespace = new NetworkNamespace($"p{id}");
        IPv4 = $"192.168.{node.Number}.{host}";
        IPv6 = $"fd00:192:168:{node.Number}::{host}";
        Spec = new EndpointSpec(id, $"weir{id}", IpAddress.Parse(IPv4), IpAddress.Parse(IPv6), new SecurityIdentity(identity));

        var hostMac = $"02:00:00:00:{node.Number:x2}:{id:x2}";
        node.Namespace.Ip($"""
            link add {Spec.InterfaceName} address {hostMac} type veth peer name eth0 netns {Namespace.Name}
            link set {Spec.InterfaceName} up
            address add fe80::1/64 dev {Spec.InterfaceName} nodad
            route add {IPv4}/32 dev {Spec.InterfaceName}
            route add {IPv6}/128 dev {Spec.InterfaceName}
            """);
        Namespace.Ip($"""
            link set eth0 up
            address add {IPv4}/32 dev eth0
            address add {IPv6}/128 dev eth0 nodad
            neigh replace 169.254.1.1 lladdr {hostMac} dev eth0 nud permanent
            neigh replace fe80::1 lladdr {hostMac} dev eth0 nud permanent
            route add default via 169.254.1.1 dev eth0 onlink
            route add default via fe80::1 dev eth0 onlink
            """);
    }

    public NetworkNamespace Namespace { get; }

    public string IPv4 { get; }

    public string IPv6 { get; }

    public EndpointSpec Spec { get; }

    /// <summary>A socket that listens on every address.</summary>
    public Socket Listen(int port) => Namespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        socket.Listen();
        return socket;
    });

    /// <summary>A UDP socket; port 0 takes any.</summary>
    public Socket Datagrams(int port) => Namespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        socket.ReceiveTimeout = 2000;
        return socket;
    });

    /// <summary>Connects; null where that fails, or takes longer than <paramref name="timeoutMs"/>.</summary>
    public Socket? Connect(string address, int port, int timeoutMs = 2000) => Traffic.Connect(Namespace, address, port, timeoutMs);

    /// <inheritdoc/>
    public void Dispose() => Namespace.Dispose();
}
