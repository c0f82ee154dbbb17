using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Weir.Workloads.Network;

namespace Weir.Unit.Fakes;

/// <summary>Hosts joined by pipes in memory: whoever listens is reached, who does not is refused, what is cut off stays silent.</summary>
internal sealed class WiredNetwork
{
    private readonly ConcurrentDictionary<(IPAddress, int), Channel<AcceptedConnection>> _listeners = new();
    private readonly ConcurrentDictionary<(IPAddress, int), Channel<(byte[], IPEndPoint)>> _datagrams = new();
    private int _ports;

    /// <summary>Addresses that swallow whatever is sent to them.</summary>
    public HashSet<IPAddress> Silent { get; } = [];

    /// <summary>The network as the host with these addresses sees it; it sends from the first.</summary>
    public INetwork Host(params string[] addresses) => new HostNetwork(this, [.. addresses.Select(IPAddress.Parse)]);

    private int NextPort() => 32768 + (Interlocked.Increment(ref _ports) % 28000);

    private sealed class HostNetwork(WiredNetwork wires, IPAddress[] own) : INetwork
    {
        public async Task<Stream> ConnectTcpAsync(IPEndPoint remote, CancellationToken cancellation)
        {
            if (wires.Silent.Contains(remote.Address)) await Task.Delay(Timeout.Infinite, cancellation);
            if (!wires._listeners.TryGetValue((remote.Address, remote.Port), out var listener)) throw new SocketException((int)SocketError.ConnectionRefused);
            var (there, back) = (new Pipe(), new Pipe());
            var local = new IPEndPoint(own[0], wires.NextPort());
            listener.Writer.TryWrite(new AcceptedConnection(new DuplexStream(there.Reader, back.Writer), local, remote));
            return new DuplexStream(back.Reader, there.Writer);
        }

        public ITcpListener ListenTcp(int port)
        {
            var queue = Channel.CreateUnbounded<AcceptedConnection>();
            foreach (var address in own) wires._listeners[(address, port)] = queue;
            return new Listener(queue.Reader);
        }

        public IUdpSocket OpenUdp(int port, IPAddress? from = null)
        {
            if (port == 0) port = wires.NextPort();
            var queue = Channel.CreateUnbounded<(byte[], IPEndPoint)>();
            foreach (var address in from is null ? own : [from]) wires._datagrams[(address, port)] = queue;
            return new Datagrams(wires, from ?? own[0], port, queue.Reader);
        }
    }

    private sealed class Listener(ChannelReader<AcceptedConnection> queue) : ITcpListener
    {
        public Task<AcceptedConnection> AcceptAsync(CancellationToken cancellation) => queue.ReadAsync(cancellation).AsTask();

        public void Dispose()
        {
        }
    }

    private sealed class Datagrams(WiredNetwork wires, IPAddress own, int port, ChannelReader<(byte[], IPEndPoint)> queue) : IUdpSocket
    {
        public Task SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellation)
        {
            if (!wires.Silent.Contains(remote.Address) && wires._datagrams.TryGetValue((remote.Address, remote.Port), out var there))
                there.Writer.TryWrite((datagram.ToArray(), new IPEndPoint(own, port)));
            return Task.CompletedTask;
        }

        public async Task<(int Length, IPEndPoint Remote)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            var (bytes, from) = await queue.ReadAsync(cancellation);
            bytes.CopyTo(buffer);
            return (bytes.Length, from);
        }

        public void Dispose()
        {
        }
    }
}
