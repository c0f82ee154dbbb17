using System.Collections.Frozen;
using Weir.Cluster;
using Weir.Cluster.Identities;
using Weir.Model;
using Weir.Observe.Enrich;

namespace Weir.Agent.Intent;

/// <summary>What the observer should know about addresses, identities and services.</summary>
internal static class DirectoryIntent
{
    /// <summary>Computes the whole directory.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="nodeName">This node.</param>
    /// <param name="locals">The ranges that policies name, as identities with their labels.</param>
    /// <param name="own">The pods of this node.</param>
    public static DirectorySnapshot Of(
        ClusterState state, string nodeName, IEnumerable<(SecurityIdentity Identity, LabelSet Labels)> locals, IReadOnlyCollection<LocalEndpoint> own)
    {
        var endpointIds = own.ToDictionary(e => (e.Record.Namespace, e.Record.Pod), e => e.Record.EndpointId);
        var byAddress = new Dictionary<IpAddress, Endpoint>();
        foreach (var node in state.Nodes.Values)
        {
            var identity = node.Name == nodeName ? SecurityIdentity.Host : SecurityIdentity.RemoteNode;
            var endpoint = new Endpoint { Identity = identity, Labels = LabelSet.Reserved(identity.ReservedName!), ClusterName = SecurityLabels.ClusterName };
            foreach (var address in node.Addresses) byAddress[address] = endpoint;
        }

        foreach (var pod in state.Pods.Values)
        {
            if (pod.HostNetwork || pod.IsDone) continue;
            var endpoint = new Endpoint
            {
                Id = endpointIds.GetValueOrDefault((pod.Name.Namespace, pod.Name.Name)),
                Identity = state.PodIdentity(pod),
                Namespace = pod.Name.Namespace,
                PodName = pod.Name.Name,
                Labels = state.SecurityLabels(pod) ?? LabelSet.Empty,
                Workloads = pod.Workload is null ? [] : [pod.Workload],
                ClusterName = SecurityLabels.ClusterName,
            };
            var addresses = own.FirstOrDefault(e => e.Record.Namespace == pod.Name.Namespace && e.Record.Pod == pod.Name.Name)?.Addresses ?? pod.Addresses;
            foreach (var address in addresses) byAddress[address] = endpoint;
        }

        var byIdentity = new Dictionary<uint, Endpoint>();
        foreach (var (identity, labels) in locals) byIdentity[identity.Value] = new Endpoint { Identity = identity, Labels = labels };
        foreach (var (identity, labels) in state.Identities)
        {
            byIdentity[identity.Value] = new Endpoint
            {
                Identity = identity,
                Namespace = labels.Find("k8s", SecurityLabels.NamespaceKey) ?? "",
                Labels = labels,
                ClusterName = SecurityLabels.ClusterName,
            };
        }

        return new DirectorySnapshot(byAddress.ToFrozenDictionary(), byIdentity.ToFrozenDictionary(), Services(state));
    }

    private static FrozenDictionary<ServiceAddress, ServiceReference> Services(ClusterState state)
    {
        var services = new Dictionary<ServiceAddress, ServiceReference>();
        foreach (var service in state.Services.Values)
        {
            var reference = new ServiceReference(service.Name.Namespace, service.Name.Name);
            foreach (var address in service.ClusterAddresses.Concat(service.ExternalAddresses)) services[new ServiceAddress(address, 0)] = reference;
        }

        return services.ToFrozenDictionary();
    }
}
