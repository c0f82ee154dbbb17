using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>A node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Addresses">Its own addresses.</param>
/// <param name="PodPrefixes">The prefixes from which its pods get theirs.</param>
/// <param name="IsReady">Whether the condition Ready is true.</param>
/// <param name="IsSchedulable">Whether new pods may be bound to it.</param>
public sealed record NodeState(
    string Name,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<IpAddress> Addresses,
    ImmutableArray<IpPrefix> PodPrefixes,
    bool IsReady,
    bool IsSchedulable)
{
    /// <summary>Reads a node.</summary>
    public static NodeState Read(JsonObject node)
    {
        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var entry in node.Items("status", "addresses"))
        {
            if (entry.Text("type") is "InternalIP" or "ExternalIP" && IpAddress.TryParse(entry.Text("address"), out var address))
                addresses.Add(address);
        }

        var prefixes = ImmutableArray.CreateBuilder<IpPrefix>();
        foreach (var text in node.Items("spec", "podCIDRs").Select(p => p.Text()).Append(node.Text("spec", "podCIDR")).Distinct())
        {
            if (IpPrefix.TryParse(text, out var prefix)) prefixes.Add(prefix);
        }

        return new NodeState(
            node.ObjectName().Name,
            node.Labels(),
            addresses.ToImmutable(),
            prefixes.ToImmutable(),
            node.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"),
            !(node.Flag("spec", "unschedulable") ?? false));
    }
}
