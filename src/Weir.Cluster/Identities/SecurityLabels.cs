using Weir.Cluster.Objects;
using Weir.Model;
using Weir.Policy.Compile;

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

    /// <summary>The labels of a pod's identity.</summary>
    public static LabelSet Of(PodState pod, NamespaceState home)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(home);
        // What the cluster says about a pod, the pod cannot say itself.
        var own = pod.Labels.Where(l => !l.Key.StartsWith("io.cilium.k8s.", StringComparison.Ordinal) && l.Key != NamespaceKey);
        return IdentityLabels.ForPod(pod.Name.Namespace, own, home.Labels, pod.ServiceAccount, ClusterName);
    }
}
