using System.Net;
using System.Net.Sockets;
using Weir.Workloads.Network;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.ClusterDns;

/// <summary>Serves DNS over UDP and TCP on port 53.</summary>
/// <param name="network">Where it listens.</param>
/// <param name="answer">The answer to a message, at most so many bytes; null for what deserves none.</param>
/// <param name="own">The address to answer from; null is every address of a host that has one only.</param>
internal sealed class DnsService(INetwork network, Func<ReadOnlyMemory<byte>, int, CancellationToken, Task<byte[]?>> answer, IPAddress? own = null)
{
    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var datagrams = network.OpenUdp(53, own);
        using var listener = network.ListenTcp(53);
        await await Task.WhenAny(ServeUdpAsync(datagrams, cancellation), ConnectionLoop.RunAsync(listener, ServeTcpAsync, cancellation));
    }

    private async Task ServeUdpAsync(IUdpSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                var (length, remote) = await socket.ReceiveAsync(buffer, cancellation);
                _ = AnswerAsync(buffer[..length], remote);
            }
            catch (SocketException) when (!cancellation.IsCancellationRequested)
            {
                // An ICMP error about an earlier answer.
            }
        }

        async Task AnswerAsync(byte[] question, IPEndPoint remote)
        {
            try
            {
                if (await answer(question, DnsReply.MostOverUdp, cancellation) is { } message) await socket.SendAsync(message, remote, cancellation);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The asker is out of reach, or we stop: it will ask again.
            }
        }
    }

    private async Task ServeTcpAsync(AcceptedConnection connection, CancellationToken cancellation)
    {
        while (await DnsStream.ReadAsync(connection.Stream, cancellation) is { } question)
        {
            if (await answer(question, ushort.MaxValue, cancellation) is not { } message) return;
            await DnsStream.WriteAsync(connection.Stream, message, cancellation);
        }
    }
}
