using System.Net;
using System.Net.Sockets;

namespace Weir.Workloads.Network;

/// <summary>The network on real sockets of the process's own network namespace.</summary>
public sealed class SocketNetwork : INetwork
{
    /// <inheritdoc/>
    public async Task<Stream> ConnectTcpAsync(IPEndPoint remote, CancellationToken cancellation)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(remote, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ITcpListener ListenTcp(int port)
    {
        var socket = OpenDual(SocketType.Stream, ProtocolType.Tcp, port);
        socket.Listen(128);
        return new Listener(socket);
    }

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int port, IPAddress? own = null) => new Datagrams(OpenDual(SocketType.Dgram, ProtocolType.Udp, port, own));

    private static Socket OpenDual(SocketType type, ProtocolType protocol, int port, IPAddress? own = null)
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, type, protocol) { DualMode = true };
        try
        {
            socket.Bind(new IPEndPoint(own?.MapToIPv6() ?? IPAddress.IPv6Any, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IPEndPoint Unmapped(EndPoint? end) => end is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
        : (IPEndPoint)end!;

    private sealed class Listener(Socket socket) : ITcpListener
    {
        public async Task<AcceptedConnection> AcceptAsync(CancellationToken cancellation)
        {
            var client = await socket.AcceptAsync(cancellation);
            client.NoDelay = true;
            return new AcceptedConnection(new NetworkStream(client, ownsSocket: true), Unmapped(client.RemoteEndPoint), Unmapped(client.LocalEndPoint));
        }

        public void Dispose() => socket.Dispose();
    }

    private sealed class Datagrams(Socket socket) : IUdpSocket
    {
        private static readonly IPEndPoint s_anyone = new(IPAddress.IPv6Any, 0);

        public async Task SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellation)
        {
            var to = remote.AddressFamily == AddressFamily.InterNetwork ? new IPEndPoint(remote.Address.MapToIPv6(), remote.Port) : remote;
            await socket.SendToAsync(datagram, to, cancellation);
        }

        public async Task<(int Length, IPEndPoint Remote)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            var received = await socket.ReceiveFromAsync(buffer, s_anyone, cancellation);
            return (received.ReceivedBytes, Unmapped(received.RemoteEndPoint));
        }

        public void Dispose() => socket.Dispose();
    }
}
