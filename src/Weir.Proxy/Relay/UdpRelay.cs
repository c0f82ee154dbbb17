using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Proxy.Relay;

/// <summary>Takes redirected datagrams and keeps an exchange for each pair of pod port and destination.</summary>
internal sealed class UdpRelay(ProxyOptions options, RelayCounters counters, TimeProvider time)
{
    private static readonly TimeSpan CancellationCheck = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<(IPEndPoint Pod, IPEndPoint Destination), UdpExchange> _open = new();
    private readonly SourceQuota _quota = new(options.MaxExchanges, options.MaxPerSource);
    private readonly UpstreamDialer _dialer = new(options);

    /// <summary>How many exchanges are open.</summary>
    public int Open => _open.Count;

    /// <summary>Receives on both listeners, on a thread of its own, until cancelled; then ends every exchange.</summary>
    public Task RunAsync(Socket ipv4, Socket ipv6, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Receive(ipv4, ipv6, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends the exchanges that have been idle for too long. Called now and then.</summary>
    public void EndIdle()
    {
        foreach (var exchange in _open.Values)
            if (exchange.IdleFor() > options.UdpIdle) exchange.Dispose();
    }

    private void Receive(Socket ipv4, Socket ipv6, CancellationToken cancellation)
    {
        var buffer = new byte[65_535];
        var ready = new List<Socket>(2);
        while (!cancellation.IsCancellationRequested)
        {
            ready.Clear();
            ready.Add(ipv4);
            ready.Add(ipv6);
            Socket.Select(ready, null, null, CancellationCheck);
            foreach (var listener in ready) Drain(listener, buffer);
        }

        foreach (var exchange in _open.Values) exchange.Dispose();
    }

    private void Drain(Socket listener, byte[] buffer)
    {
        var own = ((IPEndPoint)listener.LocalEndPoint!).Port;

        // Bounded, so that a flood on one listener does not silence the other.
        for (var taken = 0; taken < 256 && TransparentSocket.Receive(listener, buffer, wait: false, out var datagram); taken++)
        {
            if (datagram is not { Source: { } pod, Destination: { } destination } || destination.Port == own)
            {
                // Sent to the proxy itself, not redirected: passing it on would be a loop.
                counters.CountRefused();
                continue;
            }

            if (_open.TryGetValue((pod, destination), out var exchange) || TryOpen(pod, destination, out exchange))
                exchange.SendUpstream(buffer.AsSpan(0, datagram.Length));
        }
    }

    private bool TryOpen(IPEndPoint pod, IPEndPoint destination, out UdpExchange exchange)
    {
        exchange = null!;
        if (!_quota.TryEnter(pod.Address))
        {
            counters.CountRefused();
            return false;
        }

        Socket? answer = null;
        try
        {
            answer = _dialer.OpenUdpAnswer(destination, pod);
            exchange = new UdpExchange(pod, destination, answer, _dialer.OpenUdp(pod, destination), counters, time);
        }
        catch (SocketException)
        {
            answer?.Dispose();
            _quota.Leave(pod.Address);
            counters.CountFailed();
            return false;
        }

        counters.CountExchange();
        _open[(pod, destination)] = exchange;
        _ = ServeAsync(exchange);
        return true;
    }

    private async Task ServeAsync(UdpExchange exchange)
    {
        await exchange.PumpAsync();
        _open.TryRemove(new((exchange.Pod, exchange.Destination), exchange));
        _quota.Leave(exchange.Pod.Address);
    }
}
