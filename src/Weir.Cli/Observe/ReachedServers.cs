using Weir.Cluster;

namespace Weir.Cli.Observe;

/// <summary>The observers that a command asks, and the forwarded port by which they are reached, if there is one. Dispose ends that.</summary>
/// <param name="all">The observers; one at least.</param>
/// <param name="forwarding">The port; null where they are reached as they are.</param>
internal sealed class ReachedServers(IReadOnlyList<AskedServer> all, PortForwarding? forwarding) : IAsyncDisposable
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<AskedServer> All => all;

    /// <summary>The first.</summary>
    public AskedServer First => all[0];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => forwarding?.DisposeAsync() ?? ValueTask.CompletedTask;
}
