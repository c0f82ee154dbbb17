using Weir.Cluster;
using Weir.Hub.Ui.State;

namespace Weir.Hub.Ui.Policies;

/// <summary>Gives the newest picture of the cluster's policies, made once for each state of what it shows.</summary>
internal sealed class PolicyBook(ClusterView cluster)
{
    private readonly Lock _gate = new();
    private PolicyWorld? _newest;

    /// <summary>The picture.</summary>
    /// <exception cref="UiProblem">The hub knows no cluster.</exception>
    public PolicyWorld Now
    {
        get
        {
            var state = cluster.Known;
            lock (_gate)
            {
                return _newest is { } known && IsSame(known.State, state) ? known : _newest = PolicyWorld.Of(state);
            }
        }
    }

    /// <summary>The picture; null where the hub knows no cluster.</summary>
    public PolicyWorld? TryNow()
    {
        try
        {
            return Now;
        }
        catch (UiProblem)
        {
            return null;
        }
    }

    // Whatever else changes (leases, endpoints) leaves the picture as it is.
    private static bool IsSame(ClusterState a, ClusterState b) =>
        ReferenceEquals(a.Policies, b.Policies) && ReferenceEquals(a.Pods, b.Pods) && ReferenceEquals(a.Namespaces, b.Namespaces) &&
        ReferenceEquals(a.Services, b.Services) && ReferenceEquals(a.CidrGroups, b.CidrGroups) && ReferenceEquals(a.EndpointSlices, b.EndpointSlices);
}
