using System.Threading.Channels;
using Weir.Agent.Intent;
using Weir.Agent.Metrics;
using Weir.Cluster;

namespace Weir.Agent.Loops;

/// <summary>Moves what the cluster wants into the datapath. What came while one change was applied is applied as one.</summary>
internal sealed class IntentLoop(ChannelReader<ClusterChange> changes, Enforcement enforcement, AgentHealth health, TimeProvider time)
{
    /// <summary>Runs until cancelled, or until the watch ends.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var change in changes.ReadAllAsync(cancellation))
        {
            var began = time.GetTimestamp();
            enforcement.Apply(change);
            health.PolicyApplied(time.GetElapsedTime(began));
        }
    }
}
