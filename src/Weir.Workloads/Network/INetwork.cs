using System.Net;

namespace Weir.Workloads.Network;

/// <summary>The network as one pod sees it. Failures are <see cref="System.Net.Sockets.SocketException"/> with the error that a socket would give.</summary>
public interface INetwork
{
    /// <summary>Opens a TCP connection. The caller disposes it.</summary>
    Task<Stream> ConnectTcpAsync(IPEndPoint remote, CancellationToken cancellation);

    /// <summary>Listens for TCP connections on every address of the pod. The caller disposes it.</summary>
    ITcpListener ListenTcp(int port);

    /// <summary>Opens a UDP socket: on <paramref name="port"/> of every address of the pod, or with 0 on a free one. The caller disposes it.</summary>
    IUdpSocket OpenUdp(int port);
}
