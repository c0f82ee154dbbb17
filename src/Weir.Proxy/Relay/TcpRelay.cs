using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Relay;

/// <summary>Accepts redirected TCP connections and joins each to its original destination.</summary>
internal sealed class TcpRelay(ProxyOptions options, RelayCounters counters, TimeProvider time)
{
    private readonly ConcurrentDictionary<TcpConnection, bool> _open = new();
    private readonly SourceQuota _quota = new(options.MaxConnections, options.MaxPerSource);

    /// <summary>Connects onwards, in the name of a pod's end point, to another; tests give another one than the dialer's.</summary>
    public required Func<IPEndPoint, IPEndPoint, CancellationToken, ValueTask<Socket>> Connect { get; init; }

    /// <summary>Where an accepted connection wanted to go; null if to the proxy itself, which is refused.</summary>
    public required Func<Socket, IPEndPoint?> OriginalDestination { get; init; }

    /// <summary>Chooses who serves a connection: null passes its bytes on unseen. Throws nothing; a connection that may not be is given to one that ends it.</summary>
    public Func<IPEndPoint, IPEndPoint, (IReadOnlyList<ExchangeEnds> Sides, ServeConnection? Serve)> Choose { get; init; } = (_, _) => ([], null);

    /// <summary>How many connections are open.</summary>
    public int Open => _open.Count;

    /// <summary>Accepts on <paramref name="listener"/> until cancelled; then resets every connection.</summary>
    public async Task RunAsync(Socket listener, CancellationToken cancellation)
    {
        var running = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                Socket accepted;
                try
                {
                    accepted = await listener.AcceptAsync(cancellation);
                }
                catch (SocketException)
                {
                    // The peer left before it was accepted, or descriptors ran out: neither is a reason to stop serving.
                    counters.CountRefused();
                    await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
                    continue;
                }

                var serving = ServeAsync(accepted, cancellation);
                if (serving.IsCompleted) continue;
                running[serving] = true;
                _ = serving.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            foreach (var connection in _open.Keys) connection.Reset();
            await Task.WhenAll(running.Keys);
        }
    }

    /// <summary>Resets the connections that have been idle for too long. Called now and then.</summary>
    public void ResetIdle()
    {
        foreach (var connection in _open.Keys)
            if (connection.IdleFor() > (connection.IsHalfClosed ? options.TcpHalfClosedIdle : options.TcpIdle)) connection.Reset();
    }

    private async Task ServeAsync(Socket accepted, CancellationToken cancellation)
    {
        IPAddress? held = null;
        try
        {
            var pod = (IPEndPoint)accepted.RemoteEndPoint!;
            if (OriginalDestination(accepted) is not { } destination || !_quota.TryEnter(pod.Address))
            {
                counters.CountRefused();
                TcpConnection.Abort(accepted);
                return;
            }

            held = pod.Address;
            accepted.NoDelay = true;
            if (Choose(pod, destination) is (var sides, { } serve))
            {
                counters.CountConnection();
                await serve(new RedirectedConnection(accepted, pod, destination, sides), cancellation);
                return;
            }

            Socket upstream;
            try
            {
                upstream = await Connect(pod, destination, cancellation);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                counters.CountFailed();
                TcpConnection.Abort(accepted);
                return;
            }

            counters.CountConnection();
            using var connection = new TcpConnection(accepted, upstream, counters, time);
            _open[connection] = true;
            try
            {
                // Between Connect and the line above a shutdown would have missed this connection.
                if (cancellation.IsCancellationRequested) connection.Reset();
                await connection.PumpAsync();
            }
            finally
            {
                _open.TryRemove(connection, out _);
            }
        }
        catch (SocketException)
        {
            // The pod was gone before its address could be read.
            TcpConnection.Abort(accepted);
        }
        finally
        {
            if (held is not null) _quota.Leave(held);
        }
    }
}
