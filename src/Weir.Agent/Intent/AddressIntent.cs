using Weir.Cluster;
using Weir.Model;

namespace Weir.Agent.Intent;

/// <summary>Which identity every address of the cluster should have: the ipcache as it should be.</summary>
internal static class AddressIntent
{
    /// <summary>Computes the whole mapping; the longest prefix decides about an address.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="nodeName">This node, whose addresses are the host's.</param>
    /// <param name="locals">The ranges that policies name, with their identities of this node.</param>
    /// <param name="own">The pods of this node; what we know of them is newer than what the API says.</param>
    /// <param name="isKnown">Whether decisions about an identity are written: an address maps to no other.</param>
    public static Dictionary<IpPrefix, SecurityIdentity> Of(
        ClusterState state,
        string nodeName,
        IEnumerable<KeyValuePair<IpPrefix, SecurityIdentity>> locals,
        IEnumerable<LocalEndpoint> own,
        Func<SecurityIdentity, bool> isKnown)
    {
        var wanted = new Dictionary<IpPrefix, SecurityIdentity>
        {
            [IpPrefix.Parse("0.0.0.0/0")] = SecurityIdentity.World,
            [IpPrefix.Parse("::/0")] = SecurityIdentity.World,
        };
        foreach (var (prefix, identity) in locals) wanted[prefix] = identity;
        foreach (var node in state.Nodes.Values)
        {
            // An address inside a pod CIDR that nobody has claimed is not the world.
            foreach (var prefix in node.PodPrefixes) wanted[prefix] = SecurityIdentity.Unmanaged;
        }

        foreach (var endpoint in state.Endpoints.Values)
        {
            if (!isKnown(endpoint.Identity)) continue;
            foreach (var address in endpoint.Addresses) wanted[IpPrefix.Of(address)] = endpoint.Identity;
        }

        foreach (var node in state.Nodes.Values)
        {
            var identity = node.Name == nodeName ? SecurityIdentity.Host : SecurityIdentity.RemoteNode;
            foreach (var address in node.Addresses) wanted[IpPrefix.Of(address)] = identity;
        }

        foreach (var endpoint in own)
        {
            foreach (var address in endpoint.Addresses) wanted[IpPrefix.Of(address)] = endpoint.Identity;
        }

        return wanted;
    }
}
