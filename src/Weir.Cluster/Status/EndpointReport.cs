using System.Collections.Immutable;
using Weir.Cluster.Objects;
using Weir.Model;

namespace Weir.Cluster.Status;

/// <summary>What an agent tells the others about a pod of its own.</summary>
/// <param name="Pod">The pod's namespace and name.</param>
/// <param name="PodUid">The pod's uid: the report goes when the pod does.</param>
/// <param name="EndpointId">The number on this node.</param>
/// <param name="Identity">The identity in force.</param>
/// <param name="Labels">The identity's labels.</param>
/// <param name="Addresses">The pod's addresses, at most one of each family.</param>
/// <param name="Node">The node's address.</param>
public sealed record EndpointReport(
    ObjectName Pod,
    string PodUid,
    uint EndpointId,
    SecurityIdentity Identity,
    LabelSet Labels,
    ImmutableArray<IpAddress> Addresses,
    IpAddress Node);
