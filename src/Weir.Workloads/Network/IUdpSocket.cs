using System.Net;

namespace Weir.Workloads.Network;

/// <summary>Sends and receives datagrams.</summary>
public interface IUdpSocket : IDisposable
{
    /// <summary>Sends one datagram.</summary>
    Task SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellation);

    /// <summary>Receives one datagram; what is longer than the buffer is cut.</summary>
    /// <returns>Its length and its sender.</returns>
    Task<(int Length, IPEndPoint Remote)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation);
}
