namespace Weir.Cluster;

/// <summary>A part of the cluster's state.</summary>
public enum ClusterPart
{
    /// <summary><see cref="ClusterState.Pods"/>.</summary>
    Pods,

    /// <summary><see cref="ClusterState.Namespaces"/>.</summary>
    Namespaces,

    /// <summary><see cref="ClusterState.Services"/>.</summary>
    Services,

    /// <summary><see cref="ClusterState.EndpointSlices"/>.</summary>
    EndpointSlices,

    /// <summary><see cref="ClusterState.Nodes"/>.</summary>
    Nodes,

    /// <summary><see cref="ClusterState.Policies"/> and <see cref="ClusterState.PolicyFaults"/>.</summary>
    Policies,

    /// <summary><see cref="ClusterState.CidrGroups"/>.</summary>
    CidrGroups,

    /// <summary><see cref="ClusterState.Identities"/> and <see cref="ClusterState.IdentityOf"/>.</summary>
    Identities,

    /// <summary><see cref="ClusterState.Endpoints"/>.</summary>
    Endpoints,
}
