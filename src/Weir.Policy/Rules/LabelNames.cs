namespace Weir.Policy.Rules;

/// <summary>The label keys and sources that carry meaning.</summary>
public static class LabelNames
{
    /// <summary>The source of pod labels.</summary>
    public const string Kubernetes = "k8s";

    /// <summary>The source of reserved identities.</summary>
    public const string Reserved = "reserved";

    /// <summary>The source of address ranges.</summary>
    public const string Cidr = "cidr";

    /// <summary>The source of CIDR groups' labels.</summary>
    public const string CidrGroup = "cidrgroup";

    /// <summary>The pod's namespace.</summary>
    public const string Namespace = "io.kubernetes.pod.namespace";

    /// <summary>In front of the keys of the namespace's own labels.</summary>
    public const string NamespaceLabels = "io.cilium.k8s.namespace.labels.";

    /// <summary>The cluster's name.</summary>
    public const string Cluster = "io.cilium.k8s.policy.cluster";

    /// <summary>The pod's service account.</summary>
    public const string ServiceAccount = "io.cilium.k8s.policy.serviceaccount";

    /// <summary>In front of a CIDR group's name.</summary>
    public const string CidrGroupName = "io.cilium.policy.cidrgroupname/";
}
