using System.Net;

namespace Weir.Workloads.Network;

/// <summary>The network as one pod sees it. Failures are <see cref="System.Net.Sockets.SocketException"/> with the error that a socket would give.</summary>
public interface INetwork
{
    /// <summary>Opens a TCP connection. The caller disposes it.</summary>
    Task<Stream> ConnectTcpAsync(IPEndPoint remote, CancellationToken cancellation);

    /// <summary>Listens for TCP connections on every address of the pod. The caller disposes it.</summary>
    ITcpListener ListenTcp(int port);

    /// <summary>Opens a UDP socket. The caller disposes it.</summary>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="own">The address to receive on and send from. Null is every address, and answers go out from the one that the route prefers:
    /// a server on a host of many addresses must name its own.</param>
    IUdpSocket OpenUdp(int port, IPAddress? own = null);
}
