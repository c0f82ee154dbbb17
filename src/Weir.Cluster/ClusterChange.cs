using System.Collections.Immutable;
using Weir.Cluster.Objects;

namespace Weir.Cluster;

/// <summary>The cluster's state, and what differs from the one that this reader was given before.</summary>
/// <param name="State">The newest state.</param>
/// <param name="Previous">The state that the reader was given last; <see cref="ClusterState.Empty"/> the first time.</param>
/// <param name="Names">What was added, changed or removed in between; several changes of one object count once.</param>
public sealed record ClusterChange(
    ClusterState State, ClusterState Previous, ImmutableHashSet<(ClusterPart Part, ObjectName Name)> Names)
{
    /// <summary>Whether anything in one of these parts differs.</summary>
    public bool Touches(params ReadOnlySpan<ClusterPart> parts)
    {
        foreach (var (part, _) in Names)
        {
            if (parts.Contains(part)) return true;
        }

        return false;
    }

    /// <summary>What differs in one part.</summary>
    public IEnumerable<ObjectName> Of(ClusterPart part) => Names.Where(n => n.Part == part).Select(n => n.Name);
}
