using Weir.Cluster.Objects;
using Weir.Model;

namespace Weir.Cluster.Identities;

/// <summary>Which labels make a pod's identity: those of its kind, none of its single life.</summary>
public static class SecurityLabels
{
    /// <summary>The label that says the pod's namespace.</summary>
    public const string NamespaceKey = "io.kubernetes.pod.namespace";

    /// <summary>What stands before the labels that the pod inherits from its namespace.</summary>
    public const string NamespaceLabelPrefix = "io.cilium.k8s.namespace.labels.";

    /// <summary>The label that says the cluster's name.</summary>
    public const string ClusterKey = "io.cilium.k8s.policy.cluster";

    /// <summary>The label that says the service account.</summary>
    public const string ServiceAccountKey = "io.cilium.k8s.policy.serviceaccount";

    /// <summary>The name of the one cluster that we know.</summary>
    public const string ClusterName = "default";

    private const string Source = "k8s";

    // As Cilium has them: the longest prefix that a key starts with decides; no match takes the label.
    private static readonly (string Prefix, bool Takes)[] _prefixes =
    [
        ("io.kubernetes.pod.namespace", true),
        ("io.cilium.k8s.namespace.labels", true),
        ("app.kubernetes.io", true),
        ("io.kubernetes", false),
        ("kubernetes.io", false),
        ("statefulset.kubernetes.io/pod-name", false),
        ("apps.kubernetes.io/pod-index", false),
        ("batch.kubernetes.io/job-completion-index", false),
        ("batch.kubernetes.io/controller-uid", false),
        ("k8s.io", false),
        ("pod-template-generation", false),
        ("pod-template-hash", false),
        ("controller-revision-hash", false),
        ("annotation", false),
        ("controller-uid", false),
        ("etcd_node", false),
    ];

    /// <summary>The labels of a pod's identity.</summary>
    public static LabelSet Of(PodState pod, NamespaceState home)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(home);
        var labels = new List<Label>(pod.Labels.Count + home.Labels.Count + 3);
        foreach (var (key, value) in pod.Labels)
        {
            // What the cluster says about a pod, the pod cannot say itself.
            if (!key.StartsWith("io.cilium.k8s.", StringComparison.Ordinal) && key != NamespaceKey) Add(labels, key, value);
        }

        foreach (var (key, value) in home.Labels) Add(labels, NamespaceLabelPrefix + key, value);
        labels.Add(new Label(Source, NamespaceKey, pod.Name.Namespace));
        labels.Add(new Label(Source, ClusterKey, ClusterName));
        labels.Add(new Label(Source, ServiceAccountKey, pod.ServiceAccount));
        return new LabelSet(labels);
    }

    /// <summary>Whether a label is a part of the identity.</summary>
    public static bool Takes(string key)
    {
        ArgumentNullException.ThrowIfNull(key);

        // Beta labels are recognised anywhere in the key.
        if (key.Contains("beta.kubernetes.io", StringComparison.Ordinal)) return false;
        var longest = 0;
        var takes = true;
        foreach (var (prefix, taken) in _prefixes)
        {
            if (prefix.Length <= longest || !key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            (longest, takes) = (prefix.Length, taken);
        }

        return takes;
    }

    private static void Add(List<Label> labels, string key, string value)
    {
        if (Takes(key)) labels.Add(new Label(Source, key, value));
    }
}
