using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Weir.Lab.Front;

/// <summary>Listeners whose connections go on to where only this process can reach: a Unix socket, an address of the lab, the machine's loopback.</summary>
internal sealed class SocketRelay : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    /// <summary>Listens.</summary>
    /// <param name="port">The port to take; 0, or one that is taken, gives any free one.</param>
    /// <param name="dial">Opens the far side of one connection; the relay disposes it.</param>
    /// <returns>The port.</returns>
    public int Listen(int port, Func<CancellationToken, Task<Stream>> dial)
    {
        var taken = LoopbackPorts.Free(port);
        var listener = new TcpListener(IPAddress.Loopback, taken);
        listener.Start();
        Accept(listener.Server, dial);
        return taken;
    }

    /// <summary>Takes the connections of a listening socket, of whatever namespace; the relay disposes it.</summary>
    /// <param name="listener">The socket.</param>
    /// <param name="dial">Opens the far side of one connection; the relay disposes it.</param>
    public void Accept(Socket listener, Func<CancellationToken, Task<Stream>> dial) => Keep(AcceptAsync(listener, dial));

    /// <summary>Connects to a port of 127.0.0.1.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Stream> DialLoopbackAsync(int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a Unix socket.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Stream> DialUnixAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
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
        await Task.WhenAll(_running.Keys);
        _stop.Dispose();
    }

    private void Keep(Task task)
    {
        _running[task] = true;
        task.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task AcceptAsync(Socket listener, Func<CancellationToken, Task<Stream>> dial)
    {
        using (listener)
        {
            try
            {
                while (true) Keep(RelayAsync(await listener.AcceptAsync(_stop.Token), dial));
            }
            catch (OperationCanceledException)
            {
                // The lab stops.
            }
        }
    }

    private async Task RelayAsync(Socket near, Func<CancellationToken, Task<Stream>> dial)
    {
        using (near)
        {
            try
            {
                near.NoDelay = true;
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                patience.CancelAfter(_patience);
                await using var far = await dial(patience.Token);
                await using var here = new NetworkStream(near);
                await Task.WhenAll(PumpAsync(here, far), PumpAsync(far, here));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or LabException)
            {
                // The far side refused, broke or stayed silent: this side sees a reset, as it would from a dead host.
                near.LingerState = new LingerOption(true, 0);
            }
        }
    }

    private async Task PumpAsync(Stream from, Stream to)
    {
        await from.CopyToAsync(to, _stop.Token);
        if (to is NetworkStream { Socket: var socket }) socket.Shutdown(SocketShutdown.Send);
        else await to.DisposeAsync(); // no half of it can be closed
    }
}
