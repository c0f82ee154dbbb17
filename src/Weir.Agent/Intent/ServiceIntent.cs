using System.Collections.Immutable;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Datapath;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Agent.Intent;

/// <summary>What the cluster's services mean to the datapath and to policy.</summary>
internal static class ServiceIntent
{
    /// <summary>Every frontend with its ready backends, in a stable order.</summary>
    public static List<ServiceSpec> ForDatapath(ClusterState state, string nodeName)
    {
        var slices = state.EndpointSlices.Values.ToLookup(s => new ObjectName(s.Name.Namespace, s.Service));
        var specs = new List<ServiceSpec>();
        foreach (var service in state.Services.Values)
        {
            foreach (var port in service.Ports)
            {
                var backends = Backends(slices[service.Name], port, nodeName);
                foreach (var address in service.ClusterAddresses) Add(address, port, localOnly: false);

                // From outside the source address is kept, so only a backend of the node that the packet reached can answer.
                foreach (var address in service.ExternalAddresses) Add(address, port, localOnly: true);

                void Add(IpAddress address, ServicePortState at, bool localOnly) => specs.Add(new ServiceSpec(
                    address, at.Port, at.Protocol, [.. backends.Where(b => b.Address.IsIPv4 == address.IsIPv4)], localOnly, service.AffinitySeconds));
            }
        }

        return specs;
    }

    /// <summary>The services as <c>toServices</c> sees them.</summary>
    public static IEnumerable<ServiceBackends> ForPolicy(ClusterState state)
    {
        var slices = state.EndpointSlices.Values.ToLookup(s => new ObjectName(s.Name.Namespace, s.Service));
        return state.Services.Values.Select(s => new ServiceBackends(
            s.Name.Namespace,
            s.Name.Name,
            s.Labels,
            s.Selector,
            [.. slices[s.Name].SelectMany(slice => slice.Backends).Select(b => b.Address).Distinct()]));
    }

    private static ImmutableArray<BackendSpec> Backends(IEnumerable<EndpointSliceState> slices, ServicePortState port, string nodeName) =>
    [
        .. from slice in slices
           from target in slice.Ports
           where target.Name == port.Name && target.Protocol == port.Protocol
           from backend in slice.Backends
           where backend.IsReady
           orderby backend.Address.High, backend.Address.Low
           select new BackendSpec(backend.Address, target.Port, backend.NodeName == nodeName),
    ];
}
