using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Weir.Proxy.Relay;

/// <summary>Passes datagrams on that nobody has to look into: an exchange for each pair of pod port and destination.</summary>
internal sealed class UdpRelay(ProxyOptions options, RelayCounters counters, TimeProvider time)
{
    private readonly ConcurrentDictionary<(IPEndPoint Pod, IPEndPoint Destination), UdpExchange> _open = new();
    private readonly SourceQuota _quota = new(options.MaxExchanges, options.MaxPerSource);
    private readonly UpstreamDialer _dialer = new(options);

    /// <summary>How many exchanges are open.</summary>
    public int Open => _open.Count;

    /// <summary>Ends the exchanges that have been idle for too long. Called now and then.</summary>
    public void EndIdle()
    {
        foreach (var exchange in _open.Values)
            if (exchange.IdleFor() > options.UdpIdle) exchange.Dispose();
    }

    /// <summary>Passes a pod's datagram on.</summary>
    public void Take(IPEndPoint pod, IPEndPoint destination, ReadOnlySpan<byte> datagram)
    {
        if (_open.TryGetValue((pod, destination), out var exchange) || TryOpen(pod, destination, out exchange)) exchange.SendUpstream(datagram);
    }

    /// <summary>Ends every exchange.</summary>
    public void EndAll()
    {
        foreach (var exchange in _open.Values) exchange.Dispose();
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
