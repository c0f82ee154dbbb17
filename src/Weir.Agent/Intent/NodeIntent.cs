using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Agent.Intent;

/// <summary>What the agent must know of its own node before it can enforce anything.</summary>
internal static partial class NodeIntent
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the API shows the node with its addresses and its ranges for pods.</summary>
    public static async Task<NodeState> WaitForAsync(
        KubernetesConnection connection, string nodeName, ILogger logger, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            string why;
            try
            {
                var node = NodeState.Read(await connection.SendAsync(HttpMethod.Get, $"/api/v1/nodes/{nodeName}", null, cancellation));
                if (node.PodPrefixes.Length > 0 && node.Addresses.Length > 0) return node;
                why = "it has no addresses or no range for pods (spec.podCIDRs) yet";
            }
            catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException)
            {
                why = e.Message;
            }

            if (tries % 50 == 0) Log.Waiting(logger, nodeName, connection.Address, why);
            await Task.Delay(_pause, cancellation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9030, LogLevel.Information, "Waiting for node {Node} at {Api}: {Why}")]
        public static partial void Waiting(ILogger logger, string node, string api, string why);
    }
}
