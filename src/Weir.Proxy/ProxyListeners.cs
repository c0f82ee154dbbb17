using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Proxy;

/// <summary>The four sockets that redirected packets are handed to: TCP and UDP, each for IPv4 and IPv6 on one port.</summary>
internal sealed class ProxyListeners : IDisposable
{
    private const int Backlog = 4_096;
    private const int UdpReceiveBufferBytes = 4 << 20;
    private const int MaxAttempts = 16;

    /// <summary>Takes over sockets that are open already.</summary>
    public ProxyListeners(Socket tcp4, Socket tcp6, Socket udp4, Socket udp6) => (Tcp4, Tcp6, Udp4, Udp6) = (tcp4, tcp6, udp4, udp6);

    public Socket Tcp4 { get; }

    public Socket Tcp6 { get; }

    public Socket Udp4 { get; }

    public Socket Udp6 { get; }

    public ushort TcpPort => PortOf(Tcp4);

    public ushort UdpPort => PortOf(Udp4);

    /// <summary>Opens all four.</summary>
    /// <param name="options">Ports, or 0 for any, and the mark.</param>
    /// <param name="before">The ports of the last run: taken again if they are free, so that the datapath needs no new ones.</param>
    /// <exception cref="SocketException">A port that was asked for is taken, or a privilege is missing.</exception>
    public static ProxyListeners Open(ProxyOptions options, ProxyPorts? before)
    {
        var (tcp4, tcp6) = OpenPair(SocketType.Stream, ProtocolType.Tcp, options.TcpPort, before?.TcpPort ?? 0, options.Mark);
        try
        {
            var (udp4, udp6) = OpenPair(SocketType.Dgram, ProtocolType.Udp, options.UdpPort, before?.UdpPort ?? 0, options.Mark);
            return new ProxyListeners(tcp4, tcp6, udp4, udp6);
        }
        catch
        {
            tcp4.Dispose();
            tcp6.Dispose();
            throw;
        }
    }

    /// <summary>Whether these are on the ports that are asked for.</summary>
    public bool Fit(ProxyOptions options) => (options.TcpPort == 0 || options.TcpPort == TcpPort) && (options.UdpPort == 0 || options.UdpPort == UdpPort);

    public void Dispose()
    {
        foreach (var socket in (ReadOnlySpan<Socket>)[Tcp4, Tcp6, Udp4, Udp6]) socket.Dispose();
    }

    private static (Socket IPv4, Socket IPv6) OpenPair(SocketType type, ProtocolType protocol, ushort asked, ushort before, uint mark)
    {
        for (var attempt = 0; ; attempt++)
        {
            Socket? ipv4 = null, ipv6 = null;
            try
            {
                ipv4 = OpenOne(IPAddress.Any, type, protocol, asked != 0 ? asked : attempt == 0 ? before : 0, mark);
                ipv6 = OpenOne(IPAddress.IPv6Any, type, protocol, PortOf(ipv4), mark);
                return (ipv4, ipv6);
            }
            catch (SocketException e)
            {
                ipv4?.Dispose();
                ipv6?.Dispose();
                if (e.SocketErrorCode != SocketError.AddressAlreadyInUse || asked != 0 || attempt == MaxAttempts) throw;
            }
        }
    }

    private static Socket OpenOne(IPAddress any, SocketType type, ProtocolType protocol, int port, uint mark)
    {
        var socket = new Socket(any.AddressFamily, type, protocol);
        try
        {
            if (any.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            TransparentSocket.SetTransparent(socket);
            TransparentSocket.SetMark(socket, mark); // SYN-ACKs leave with the listener's mark, and accepted sockets inherit it
            if (type == SocketType.Dgram)
            {
                TransparentSocket.SetReceiveOriginalDestination(socket);
                TransparentSocket.SetReceiveBuffer(socket, UdpReceiveBufferBytes);
            }
            else
            {
                TransparentSocket.SetReuseAddress(socket);
            }

            socket.Bind(new IPEndPoint(any, port));
            if (type == SocketType.Stream) socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ushort PortOf(Socket socket) => (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
}
