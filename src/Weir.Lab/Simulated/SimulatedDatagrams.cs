using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Weir.Model;
using Weir.Protocols.Ip;
using Weir.Workloads.Network;

namespace Weir.Lab.Simulated;

/// <summary>A UDP socket, on one address or (none) on all: what finds no room is dropped, as in a kernel.</summary>
internal sealed class SimulatedDatagrams(SimulatedHost host, IpAddress own, ushort port, Action onClosed) : IUdpSocket
{
    private const int Queue = 512;

    private readonly Channel<(byte[] Payload, IPEndPoint Remote)> _received = Channel.CreateBounded<(byte[], IPEndPoint)>(Queue);

    public Task SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var address = SocketPair.AddressOf(remote.Address);
        var local = !own.IsNone ? own : IPAddress.IsLoopback(remote.Address) ? address : host.OwnAddress(address.IsIPv4);
        host.Send(new SocketPair(local, port, address, (ushort)remote.Port), TransportProtocol.Udp, 0, datagram.Span);
        return Task.CompletedTask;
    }

    public async Task<(int Length, IPEndPoint Remote)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            var (payload, remote) = await _received.Reader.ReadAsync(cancellation);
            var length = Math.Min(payload.Length, buffer.Length);
            payload.AsMemory(0, length).CopyTo(buffer);
            return (length, remote);
        }
        catch (ChannelClosedException)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }

    public bool Take(SocketPair pair, ReadOnlySpan<byte> payload) => _received.Writer.TryWrite((payload.ToArray(), pair.RemoteEnd));

    public void Dispose()
    {
        if (_received.Writer.TryComplete()) onClosed();
    }
}
