using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Proxy.Relay;

/// <summary>Opens the onward half of a relayed connection: from the pod's own address, to where the pod wanted to go.</summary>
/// <remarks>
/// Source ports are taken in turn from a range that no pod's kernel uses for connections of its own, so that two sockets with
/// the same four numbers never meet on the wire. The range has two halves: what comes from another node's relay, by a port
/// of one half, goes on by a port of the other.
/// </remarks>
internal sealed class UpstreamDialer(ProxyOptions options)
{
    private const int MaxAttempts = 256;

    // A proxy that starts again must not begin with the ports whose last connections the peers still remember.
    private uint _next = (uint)Random.Shared.Next();

    /// <summary>Connects a TCP socket; the caller owns it.</summary>
    /// <exception cref="SocketException">The destination did not answer, or no port of the range is free.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or <see cref="ProxyOptions.ConnectTimeout"/> is over.</exception>
    public async ValueTask<Socket> ConnectAsync(IPEndPoint pod, IPEndPoint destination, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.ConnectTimeout);
        for (var attempt = 1; ; attempt++)
        {
            var socket = Create(pod.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                // Many connections may share a port as long as their destinations differ; connect() tells when they do not.
                TransparentSocket.SetReuseAddress(socket);
                socket.NoDelay = true;
                socket.Bind(new IPEndPoint(pod.Address, NextPort(pod.Port)));
                await socket.ConnectAsync(destination, timeout.Token);
                return socket;
            }
            catch (SocketException e) when (IsPortTaken(e) && attempt < MaxAttempts)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Connects a UDP socket; the caller owns it. Never waits.</summary>
    /// <exception cref="SocketException">No route, or no port of the range is free.</exception>
    public Socket OpenUdp(IPEndPoint pod, IPEndPoint destination)
    {
        for (var attempt = 1; ; attempt++)
        {
            var socket = Create(pod.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(pod.Address, NextPort(pod.Port)));
                socket.Connect(destination);
                socket.Blocking = false;
                return socket;
            }
            catch (SocketException e) when (IsPortTaken(e) && attempt < MaxAttempts)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Opens the UDP socket that answers all pods in the name of <paramref name="server"/>; the caller owns it and says whom each datagram is for.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public Socket OpenUdpAnswers(IPEndPoint server)
    {
        var socket = Create(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            TransparentSocket.SetReuseAddress(socket);
            socket.Bind(server);
            socket.Blocking = false;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Socket Create(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(family, type, protocol);
        TransparentSocket.SetTransparent(socket);
        TransparentSocket.SetMark(socket, options.Mark);
        return socket;
    }

    private int NextPort(int podPort)
    {
        var half = (uint)(options.LastUpstreamPort - options.FirstUpstreamPort + 1) / 2;
        var isInLowerHalf = podPort >= options.FirstUpstreamPort && podPort < options.FirstUpstreamPort + half;
        return (int)(options.FirstUpstreamPort + (isInLowerHalf ? half : 0) + (Interlocked.Increment(ref _next) % half));
    }

    private static bool IsPortTaken(SocketException e) =>
        e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable;
}
