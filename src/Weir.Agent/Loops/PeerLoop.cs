using System.Threading.Channels;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Observe.Hubble;

namespace Weir.Agent.Loops;

/// <summary>Tells relays, through the node's peer service, which nodes the cluster has.</summary>
internal static class PeerLoop
{
    /// <summary>Runs until cancelled, or until the watch ends.</summary>
    public static async Task RunAsync(ChannelReader<ClusterChange> changes, PeerList peers, AgentOptions options, CancellationToken cancellation)
    {
        peers.Set([NodeObserver.Itself(options)]);
        await foreach (var change in changes.ReadAllAsync(cancellation))
        {
            // A node that listens on its Unix socket alone knows of no other that could be reached.
            if (options.ObserverAddress.Length > 0) peers.Set(change.State.Nodes.Values.Where(n => n.Addresses.Length > 0).Select(n => PeerOf(n, options)));
        }
    }

    private static PeerNode PeerOf(NodeState node, AgentOptions options) => NodeObserver.Peer(node.Name, node.Addresses[0], options);
}
