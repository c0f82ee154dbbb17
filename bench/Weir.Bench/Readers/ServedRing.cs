using Weir.Observe.Hubble;
using Weir.Observe.Ring;
using Weir.Observe.Server;

namespace Weir.Bench;

/// <summary>A node's ring and the observer that serves it on a Unix socket.</summary>
/// <param name="Ring">The ring.</param>
/// <param name="Server">Its observer.</param>
internal sealed record ServedRing(FlowRing Ring, HubbleServer Server) : IAsyncDisposable
{
    /// <summary>Starts one.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="capacity">How many flows the ring holds.</param>
    /// <param name="socket">Where it listens.</param>
    public static async Task<ServedRing> StartAsync(string node, int capacity, string socket)
    {
        var ring = new FlowRing(capacity);
        var service = new ObserverService(ring, new AgentEventLog(node, TimeProvider.System), new ObserverOptions { NodeName = node, Version = "0" }, TimeProvider.System);
        return new ServedRing(ring, await HubbleServer.StartAsync(service, null, new ServerListeners { UnixSocket = socket }, TimeProvider.System, CancellationToken.None));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
