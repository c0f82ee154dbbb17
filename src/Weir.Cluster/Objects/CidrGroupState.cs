using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>A named list of prefixes that policies refer to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels, by which policies may select it.</param>
/// <param name="Prefixes">The prefixes; texts that are none are left out.</param>
public sealed record CidrGroupState(
    string Name, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<IpPrefix> Prefixes)
{
    /// <summary>Reads a group.</summary>
    public static CidrGroupState Read(JsonObject group)
    {
        var prefixes = ImmutableArray.CreateBuilder<IpPrefix>();
        foreach (var text in group.Items("spec", "externalCIDRs"))
        {
            if (IpPrefix.TryParse(text.Text(), out var prefix)) prefixes.Add(prefix);
        }

        return new CidrGroupState(group.ObjectName().Name, group.Labels(), prefixes.ToImmutable());
    }
}
