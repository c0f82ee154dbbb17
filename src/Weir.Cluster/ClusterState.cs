using System.Collections.Immutable;
using Weir.Cluster.Objects;
using Weir.Model;

namespace Weir.Cluster;

/// <summary>Everything that we know of the cluster at one moment. Immutable: a newer one replaces it whole.</summary>
public sealed record ClusterState
{
    /// <summary>The state before anything was listed.</summary>
    public static ClusterState Empty { get; } = new();

    /// <summary>Grows with every change; 0 for <see cref="Empty"/>.</summary>
    public long Version { get; init; }

    /// <summary>The pods.</summary>
    public ImmutableDictionary<ObjectName, PodState> Pods { get; init; } = ImmutableDictionary<ObjectName, PodState>.Empty;

    /// <summary>The namespaces by name.</summary>
    public ImmutableDictionary<string, NamespaceState> Namespaces { get; init; } = ImmutableDictionary<string, NamespaceState>.Empty;

    /// <summary>The services.</summary>
    public ImmutableDictionary<ObjectName, ServiceState> Services { get; init; } = ImmutableDictionary<ObjectName, ServiceState>.Empty;

    /// <summary>The endpoint slices.</summary>
    public ImmutableDictionary<ObjectName, EndpointSliceState> EndpointSlices { get; init; } =
        ImmutableDictionary<ObjectName, EndpointSliceState>.Empty;

    /// <summary>The nodes by name.</summary>
    public ImmutableDictionary<string, NodeState> Nodes { get; init; } = ImmutableDictionary<string, NodeState>.Empty;

    /// <summary>The policies in force: of each the last version that was accepted.</summary>
    public ImmutableDictionary<PolicyKey, PolicyDocument> Policies { get; init; } = ImmutableDictionary<PolicyKey, PolicyDocument>.Empty;

    /// <summary>The policies whose newest version was refused.</summary>
    public ImmutableDictionary<PolicyKey, PolicyFault> PolicyFaults { get; init; } = ImmutableDictionary<PolicyKey, PolicyFault>.Empty;

    /// <summary>The CIDR groups by name.</summary>
    public ImmutableDictionary<string, CidrGroupState> CidrGroups { get; init; } = ImmutableDictionary<string, CidrGroupState>.Empty;

    /// <summary>The labels of each identity that the cluster has given out.</summary>
    public ImmutableDictionary<SecurityIdentity, LabelSet> Identities { get; init; } = ImmutableDictionary<SecurityIdentity, LabelSet>.Empty;

    /// <summary>The identity of each set of labels; of several the lowest, so that every node picks the same.</summary>
    public ImmutableDictionary<LabelSet, SecurityIdentity> IdentityOf { get; init; } = ImmutableDictionary<LabelSet, SecurityIdentity>.Empty;

    /// <summary>What the agents say about their pods.</summary>
    public ImmutableDictionary<ObjectName, EndpointState> Endpoints { get; init; } = ImmutableDictionary<ObjectName, EndpointState>.Empty;

    /// <summary>The labels that make a pod's identity; null when its namespace is not known.</summary>
    public LabelSet? SecurityLabels(PodState pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Namespaces.TryGetValue(pod.Name.Namespace, out var home) ? Cluster.Identities.SecurityLabels.Of(pod, home) : null;
    }

    /// <summary>A pod's identity; <see cref="SecurityIdentity.Init"/> until the cluster has given one to its labels.</summary>
    public SecurityIdentity PodIdentity(PodState pod) =>
        SecurityLabels(pod) is { } labels && IdentityOf.TryGetValue(labels, out var identity) ? identity : SecurityIdentity.Init;
}
