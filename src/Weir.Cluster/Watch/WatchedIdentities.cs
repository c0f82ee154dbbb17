using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Model;

namespace Weir.Cluster.Watch;

/// <summary>Identities, found by number and by labels.</summary>
internal sealed class WatchedIdentities() : WatchedKind(ClusterPart.Identities, "/apis/cilium.io/v2/ciliumidentities")
{
    /// <inheritdoc/>
    public override ClusterState Change(ClusterState state, JsonObject document)
    {
        if (IdentityState.Read(document) is not { } read) return state;
        if (state.Identities.TryGetValue(read.Identity, out var known))
        {
            if (known.Equals(read.Labels)) return state;
            state = Without(state, read.Identity, known);
        }

        var first = state.IdentityOf.TryGetValue(read.Labels, out var other) && other.Value < read.Identity.Value ? other : read.Identity;
        return state with
        {
            Identities = state.Identities.SetItem(read.Identity, read.Labels),
            IdentityOf = state.IdentityOf.SetItem(read.Labels, first),
        };
    }

    /// <inheritdoc/>
    public override ClusterState Remove(ClusterState state, ObjectName name) =>
        uint.TryParse(name.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && state.Identities.TryGetValue(new SecurityIdentity(number), out var labels)
            ? Without(state, new SecurityIdentity(number), labels)
            : state;

    /// <inheritdoc/>
    public override IEnumerable<ObjectName> Known(ClusterState state) =>
        state.Identities.Keys.Select(i => new ObjectName("", i.Value.ToString(CultureInfo.InvariantCulture)));

    private static ClusterState Without(ClusterState state, SecurityIdentity identity, LabelSet labels)
    {
        var left = state.Identities.Remove(identity);
        if (state.IdentityOf.GetValueOrDefault(labels) != identity) return state with { Identities = left };

        // Two leaders in a row may have numbered the same labels twice: the other number takes over.
        var others = left.Where(i => i.Value.Equals(labels)).Select(i => i.Key.Value).ToList();
        return state with
        {
            Identities = left,
            IdentityOf = others.Count == 0
                ? state.IdentityOf.Remove(labels)
                : state.IdentityOf.SetItem(labels, new SecurityIdentity(others.Min())),
        };
    }
}
