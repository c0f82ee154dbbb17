using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Linux.Sockets;

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
        while (!cancellation.IsCancellationRequested)
        {
            if (!DatagramReceiver.WaitForEither(ipv4, ipv6, CancellationCheck)) continue;
            ReceiveOne(ipv4, buffer);
            ReceiveOne(ipv6, buffer);
        }

        foreach (var exchange in _open.Values) exchange.Dispose();
    }

    private void ReceiveOne(Socket listener, byte[] buffer)
    {
        if (!DatagramReceiver.TryReceive(listener, buffer, out var length, out var pod, out var destination)) return;
        if (destination.Port == ((IPEndPoint)listener.LocalEndPoint!).Port)
        {
            // Sent to the proxy itself, not redirected: passing it on would be a loop.
            counters.CountRefused();
            return;
        }

        if (!_open.TryGetValue((pod, destination), out var exchange) && !TryOpen(pod, destination, out exchange)) return;
        exchange.SendUpstream(buffer.AsSpan(0, length));
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
            exchange = new UdpExchange(pod, destination, answer, _dialer.OpenUdp(pod.Address, destination), counters, time);
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
