using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>What a node's agent says about one of its pods: which addresses carry which identity.</summary>
/// <param name="Name">The pod's namespace and name.</param>
/// <param name="PodUid">The pod's uid; empty when the writer gave no owner.</param>
/// <param name="EndpointId">The number on its node; 0 when unknown.</param>
/// <param name="Identity">Its security identity; <see cref="SecurityIdentity.Unknown"/> until it has one.</param>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Node">The node's address; none when unknown.</param>
public sealed record EndpointState(
    ObjectName Name, string PodUid, uint EndpointId, SecurityIdentity Identity, ImmutableArray<IpAddress> Addresses, IpAddress Node)
{
    /// <summary>Reads a CiliumEndpoint.</summary>
    public static EndpointState Read(JsonObject document)
    {
        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var pair in document.Items("status", "networking", "addressing"))
        {
            if (IpAddress.TryParse(pair.Text("ipv4"), out var v4)) addresses.Add(v4);
            if (IpAddress.TryParse(pair.Text("ipv6"), out var v6)) addresses.Add(v6);
        }

        var owner = document.Items("metadata", "ownerReferences").FirstOrDefault(o => o.Text("kind") == "Pod");
        return new EndpointState(
            document.ObjectName(),
            owner.Text("uid") ?? "",
            (uint)Math.Clamp(document.Number("status", "id") ?? 0, 0, uint.MaxValue),
            new SecurityIdentity((uint)Math.Clamp(document.Number("status", "identity", "id") ?? 0, 0, uint.MaxValue)),
            addresses.ToImmutable(),
            IpAddress.TryParse(document.Text("status", "networking", "node"), out var node) ? node : default);
    }
}
