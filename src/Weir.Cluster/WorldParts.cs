using Weir.Cluster.Identities;
using Weir.Cluster.Objects;
using Weir.Policy.Compile;
using Weir.Policy.Lint;

namespace Weir.Cluster;

/// <summary>A cluster's objects as the policy engine asks about them.</summary>
public static class WorldParts
{
    /// <summary>Whether a pod has policy: it lives, and has a network of its own.</summary>
    public static bool HasPolicy(PodState pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod is { HostNetwork: false, IsDone: false };
    }

    /// <summary>A pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="home">Its namespace, whose labels are part of its identity.</param>
    public static KnownPod Of(PodState pod, NamespaceState home)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return new KnownPod(pod.Name.Namespace, pod.Name.Name, SecurityLabels.Of(pod, home))
        {
            Workload = pod.Workload?.Name ?? pod.Name.Name,
            Ports = [.. pod.Ports.Select(p => new NamedPort(p.Name, p.Protocol, p.Port))],
        };
    }

    /// <summary>A service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="slices">Its endpoint slices, which count where it selects no pods.</param>
    public static ServiceBackends Of(ServiceState service, IEnumerable<EndpointSliceState> slices)
    {
        ArgumentNullException.ThrowIfNull(service);
        return new ServiceBackends(
            service.Name.Namespace, service.Name.Name, service.Labels, service.Selector,
            service.Selector is { Count: > 0 } ? [] : [.. slices.SelectMany(s => s.Backends).Select(b => b.Address)]);
    }

    /// <summary>A CIDR group.</summary>
    public static CidrGroup Of(CidrGroupState group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new CidrGroup(group.Name, group.Labels, group.Prefixes);
    }
}
