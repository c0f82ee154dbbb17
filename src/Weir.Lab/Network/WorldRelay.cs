using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Lab.Network;

/// <summary>Lets the machine reach addresses of the lab: a loopback listener whose connections go on from the outside world's external client.</summary>
/// <remarks>
/// The second socket is opened inside the world's namespace and bound to the client's address there; machine and lab share no link,
/// only this process holds a socket in each.
/// </remarks>
public sealed class WorldRelay(NetworkNamespace world) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _running = [];

    /// <summary>Listens on 127.0.0.1 for connections to <paramref name="target"/>.</summary>
    /// <param name="target">An address and port inside the lab, such as a load balancer's.</param>
    /// <param name="port">The loopback port; 0 takes any free one.</param>
    /// <returns>The loopback port.</returns>
    public int Listen(IPEndPoint target, int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _running.Add(AcceptAsync(listener, target));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Opens a connection from the external client. The caller disposes it.</summary>
    /// <exception cref="SocketException">Refused, unreachable or timed out.</exception>
    public async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellation)
    {
        var socket = world.OpenSocket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.Bind(new IPEndPoint(LabAddresses.Client.Single(a => a.AddressFamily == target.AddressFamily), 0));
            await socket.ConnectAsync(target, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening and closes what is open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, IPEndPoint target)
    {
        using (listener)
        {
            try
            {
                while (true) _running.Add(RelayAsync(await listener.AcceptSocketAsync(_stop.Token), target));
            }
            catch (OperationCanceledException)
            {
                // The lab stops.
            }
        }
    }

    private async Task RelayAsync(Socket near, IPEndPoint target)
    {
        using (near)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                patience.CancelAfter(s_patience);
                using var far = await ConnectAsync(target, patience.Token);
                await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The lab's side refused or stayed silent: the machine's side sees a reset, as it would from a dead host.
                near.LingerState = new LingerOption(true, 0);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await from.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
        }
    }
}
