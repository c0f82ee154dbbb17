using Weir.Datapath;
using Weir.Proxy;

namespace Weir.Agent.Loops;

/// <summary>Tells the datapath where the proxy beside the agent listens.</summary>
internal static class ProxyLoop
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200), _shortInterval = TimeSpan.FromMilliseconds(20);

    // What comes meanwhile waits in sockets that are kept for the next proxy, or is dropped where none are.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled. While no proxy has listened for 5 s the ports are 0, and connections that policy wants checked are dropped.</summary>
    public static async Task RunAsync(AgentOptions options, IDatapath datapath, TimeProvider time, CancellationToken cancellation)
    {
        if (!options.UseProxy)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return;
        }

        (ushort Tcp, ushort Udp) told = default;
        var seen = time.GetTimestamp();
        while (true)
        {
            var ports = ProxyPorts.TryRead(options.RunFolder);
            var isAlive = ports is { IsAlive: true };
            if (isAlive) seen = time.GetTimestamp();
            (ushort Tcp, ushort Udp) now = isAlive ? (ports!.TcpPort, ports.UdpPort) : time.GetElapsedTime(seen) < _grace ? told : default;
            if (now != told) datapath.SetProxyPorts(now.Tcp, now.Udp);
            told = now;

            // A proxy that was killed is back soon, and until the datapath knows its ports its pods wait.
            await Task.Delay(isAlive ? _interval : _shortInterval, time, cancellation);
        }
    }
}
