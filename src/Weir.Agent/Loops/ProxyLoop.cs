using Weir.Datapath;
using Weir.Proxy;

namespace Weir.Agent.Loops;

/// <summary>Tells the datapath where the proxy beside the agent listens.</summary>
internal static class ProxyLoop
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until cancelled. While no proxy listens the ports are 0, and connections that policy wants checked are dropped.</summary>
    public static async Task RunAsync(AgentOptions options, IDatapath datapath, CancellationToken cancellation)
    {
        if (!options.UseProxy)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return;
        }

        (ushort Tcp, ushort Udp) told = default;
        using var timer = new PeriodicTimer(_interval);
        do
        {
            var ports = ProxyPorts.TryRead(options.RunFolder);
            (ushort Tcp, ushort Udp) now = ports is { IsAlive: true } ? (ports.TcpPort, ports.UdpPort) : default;
            if (now == told) continue;
            datapath.SetProxyPorts(now.Tcp, now.Udp);
            told = now;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
