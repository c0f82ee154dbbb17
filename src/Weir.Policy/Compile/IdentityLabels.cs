using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Makes the labels of an identity out of a pod's, leaving out those that would make an identity for every pod.</summary>
public static class IdentityLabels
{
    private static readonly string[] Dropped =
    [
        "io.kubernetes", "kubernetes.io", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-completion-index", "batch.kubernetes.io/controller-uid", "k8s.io", "pod-template-generation",
        "pod-template-hash", "controller-revision-hash", "annotation", "controller-uid", "etcd_node", "topology.kubernetes.io",
    ];

    /// <summary>The labels of a pod's identity.</summary>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="podLabels">The pod's own labels.</param>
    /// <param name="namespaceLabels">The namespace's labels.</param>
    /// <param name="serviceAccount">The pod's service account; null or empty for none.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static LabelSet ForPod(
        string podNamespace,
        IEnumerable<KeyValuePair<string, string>> podLabels,
        IEnumerable<KeyValuePair<string, string>> namespaceLabels,
        string? serviceAccount,
        string cluster = Reading.PolicyReader.DefaultCluster)
    {
        ArgumentNullException.ThrowIfNull(podLabels);
        ArgumentNullException.ThrowIfNull(namespaceLabels);
        List<Label> labels = [.. podLabels.Where(l => IsKept(l.Key)).Select(l => Of(l.Key, l.Value))];
        labels.AddRange(namespaceLabels.Select(l => Of(LabelNames.NamespaceLabels + l.Key, l.Value)));
        labels.Add(Of(LabelNames.Namespace, podNamespace));
        labels.Add(Of(LabelNames.Cluster, cluster));
        if (!string.IsNullOrEmpty(serviceAccount)) labels.Add(Of(LabelNames.ServiceAccount, serviceAccount));
        return new LabelSet(labels);
    }

    /// <summary>Whether a pod's label takes part in its identity.</summary>
    public static bool IsKept(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.StartsWith("app.kubernetes.io", StringComparison.Ordinal)) return true;
        if (key.Contains("beta.kubernetes.io", StringComparison.Ordinal)) return false;
        foreach (var prefix in Dropped)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private static Label Of(string key, string value) => new(LabelNames.Kubernetes, key, value);
}
