using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.Guide;

/// <summary>Whether the nodes enforce what the API holds.</summary>
/// <param name="connection">The API server.</param>
/// <param name="agents">The agents' sockets, one a node.</param>
public sealed class PoliciesInForce(KubernetesConnection connection, IReadOnlyList<string> agents)
{
    private static readonly (string Kind, string Path)[] _kinds =
    [
        ("CiliumNetworkPolicy", "/apis/cilium.io/v2/ciliumnetworkpolicies"),
        ("CiliumClusterwideNetworkPolicy", "/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies"),
        ("NetworkPolicy", "/apis/networking.k8s.io/v1/networkpolicies"),
    ];

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until every agent enforces exactly the policies that the API now holds, each in its newest generation.</summary>
    /// <exception cref="LabException">An agent does not within 10 seconds.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var wanted = await WantedAsync(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        foreach (var agent in agents)
        {
            while (true)
            {
                var held = await AgentQuestion.PoliciesAsync(agent, cancellation);
                if (held is not null && held.Count == wanted.Count && wanted.All(w => held.GetValueOrDefault(w.Key) == w.Value)) break;
                if (patience.IsCancellationRequested)
                {
                    throw new LabException(
                        $"The agent at {agent} does not enforce {string.Join(", ", wanted.Keys)} after {_patience.TotalSeconds:0} s; its log is beside the socket.");
                }

                await Task.Delay(_pause, cancellation);
            }
        }
    }

    private async Task<Dictionary<string, long>> WantedAsync(CancellationToken cancellation)
    {
        var wanted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (kind, path) in _kinds)
        {
            foreach (JsonNode policy in (await connection.SendAsync(HttpMethod.Get, path, null, cancellation)).Items("items"))
            {
                var name = new ObjectName(policy.Text("metadata", "namespace") ?? "", policy.Text("metadata", "name") ?? "");
                wanted[new PolicyKey(kind, name).ToString()] = policy.Number("metadata", "generation") ?? 0;
            }
        }

        return wanted;
    }
}
