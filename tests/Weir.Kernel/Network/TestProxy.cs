using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Kernel.Network;

/// <summary>A trivial transparent relay on threads of a node's namespace: what redirects are tested with.</summary>
internal sealed class TestProxy : IDisposable
{
    private const uint Mark = 0xa00;
    private const int FirstPort = 61000, Ports = 4000;

    private readonly NetworkNamespace _inside;
    private readonly List<Socket> _listeners = [];
    private readonly ConcurrentBag<Socket> _open = [];
    private static int s_port = FirstPort;

    public TestProxy(NetworkNamespace inside)
    {
        _inside = inside;
        inside.Run(() =>
        {
            var tcp4 = Listen(AddressFamily.InterNetwork, 0);
            TcpPort = (ushort)((IPEndPoint)tcp4.LocalEndPoint!).Port;
            var tcp6 = Listen(AddressFamily.InterNetworkV6, TcpPort);
            var udp4 = Datagrams(AddressFamily.InterNetwork, 0);
            UdpPort = (ushort)((IPEndPoint)udp4.LocalEndPoint!).Port;
            var udp6 = Datagrams(AddressFamily.InterNetworkV6, UdpPort);
            _listeners.AddRange([tcp4, tcp6, udp4, udp6]);
            foreach (var listener in new[] { tcp4, tcp6 }) InThread(() => Accept(listener));
            foreach (var listener in new[] { udp4, udp6 }) InThread(() => Receive(listener));
        });
    }

    public ushort TcpPort { get; private set; }

    public ushort UdpPort { get; private set; }

    /// <summary>Each relayed connection or datagram: who wanted to go where.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _listeners) socket.Dispose();
        foreach (var socket in _open) socket.Dispose();
    }

    private static Socket Listen(AddressFamily family, int port)
    {
        var socket = Make(family, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        socket.Listen(1024);
        return socket;
    }

    private static Socket Datagrams(AddressFamily family, int port)
    {
        var socket = Make(family, SocketType.Dgram, ProtocolType.Udp);
        TransparentSocket.SetReceiveOriginalDestination(socket);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        return socket;
    }

    private static Socket Make(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(family, type, protocol);
        if (family == AddressFamily.InterNetworkV6) socket.DualMode = false;
        TransparentSocket.SetTransparent(socket);
        TransparentSocket.SetMark(socket, Mark);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }

    private static Socket Upstream(IPAddress source, SocketType type, ProtocolType protocol)
    {
        var socket = Make(source.AddressFamily, type, protocol);
        socket.Bind(new IPEndPoint(source, FirstPort + (Interlocked.Increment(ref s_port) % Ports)));
        return socket;
    }

    private void Accept(Socket listener)
    {
        while (true)
        {
            var client = listener.Accept();
            _open.Add(client);
            InThread(() => Relay(client));
        }
    }

    private void Relay(Socket client)
    {
        var (source, destination) = ((IPEndPoint)client.RemoteEndPoint!, (IPEndPoint)client.LocalEndPoint!);
        Seen.Enqueue($"{source.Address}>{destination}");
        using var upstream = Upstream(source.Address, SocketType.Stream, ProtocolType.Tcp);
        _open.Add(upstream);
        upstream.Connect(destination);
        InThread(() => Pump(upstream, client));
        Pump(client, upstream);
    }

    private static void Pump(Socket from, Socket to)
    {
        var buffer = new byte[65536];
        for (var got = from.Receive(buffer); got > 0; got = from.Receive(buffer)) to.Send(buffer.AsSpan(0, got));
        to.Shutdown(SocketShutdown.Send);
    }

    private void Receive(Socket listener)
    {
        var buffer = new byte[65536];
        while (true)
        {
            if (!TransparentSocket.Receive(listener, buffer, wait: true, out var got)) continue;
            var question = buffer[..got.Length];
            var (source, destination) = (got.Source!, got.Destination!);
            InThread(() => Exchange(source, destination, question));
        }
    }

    private void Exchange(IPEndPoint source, IPEndPoint destination, byte[] question)
    {
        Seen.Enqueue($"{source.Address}>{destination}");
        using var upstream = Upstream(source.Address, SocketType.Dgram, ProtocolType.Udp);
        upstream.Connect(destination);
        upstream.ReceiveTimeout = 2000;
        upstream.Send(question);
        var buffer = new byte[65536];
        var got = upstream.Receive(buffer);
        using var answer = Make(source.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        answer.Bind(destination);
        answer.SendTo(buffer.AsSpan(0, got), source);
    }

    private void InThread(Action action) => new Thread(() =>
    {
        try
        {
            _inside.Enter();
            action();
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or LinuxException)
        {
            return; // the proxy was stopped, or a peer went away
        }
    }) { IsBackground = true }.Start();
}
