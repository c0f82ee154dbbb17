using Weir.Cluster;
using Weir.FlowLog.Selection;
using Weir.Model;

namespace Weir.Agent.FlowLogs;

/// <summary>Which parts of a ContainerNetworkLog mean no pod that exists: most often a misspelt name.</summary>
internal static class Unmatched
{
    /// <summary>One sentence for each.</summary>
    public static IEnumerable<string> In(IReadOnlyList<LogFilter> filters, ClusterState cluster)
    {
        for (var i = 0; i < filters.Count; i++)
        {
            foreach (var sentence in In(filters[i].From, $"spec.includefilters[{i}].from", cluster)) yield return sentence;
            foreach (var sentence in In(filters[i].To, $"spec.includefilters[{i}].to", cluster)) yield return sentence;
        }
    }

    private static IEnumerable<string> In(LogPeer? peer, string path, ClusterState cluster)
    {
        if (peer is null) yield break;
        for (var i = 0; i < peer.Pods.Count; i++)
        {
            var prefix = peer.Pods[i];
            if (!cluster.Pods.Keys.Any(p => prefix.Matches(p.Namespace, p.Name)))
                yield return $"{path}.namespacedPod[{i}]: {prefix} matches no pod.";
        }

        if (peer.Labels is { } labels && !cluster.Pods.Values.Any(p => labels.Matches(Of(p, cluster))))
            yield return $"{path}.labelSelector: matches no pod.";
    }

    private static Endpoint? Of(Cluster.Objects.PodState pod, ClusterState cluster) => cluster.SecurityLabels(pod) is not { } labels ? null : new Endpoint
    {
        Identity = SecurityIdentity.Unknown,
        Namespace = pod.Name.Namespace,
        PodName = pod.Name.Name,
        Labels = labels,
    };
}
