using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Watch;

/// <summary>How the documents of one collection become a part of the state.</summary>
internal abstract class WatchedKind(ClusterPart part, string path)
{
    /// <summary>The part that it fills.</summary>
    public ClusterPart Part { get; } = part;

    /// <summary>The collection over all namespaces.</summary>
    public string Path { get; } = path;

    /// <summary>The state with an object that is new or changed.</summary>
    public abstract ClusterState Change(ClusterState state, JsonObject document);

    /// <summary>The state without an object.</summary>
    public abstract ClusterState Remove(ClusterState state, ObjectName name);

    /// <summary>The names that the state has of this collection.</summary>
    public abstract IEnumerable<ObjectName> Known(ClusterState state);
}

/// <inheritdoc cref="WatchedKind"/>
internal sealed class WatchedTable<TKey, TValue>(
    ClusterPart part,
    string path,
    Func<JsonObject, TValue?> read,
    Func<ObjectName, TKey> key,
    Func<TKey, ObjectName> name,
    Func<ClusterState, ImmutableDictionary<TKey, TValue>> get,
    Func<ClusterState, ImmutableDictionary<TKey, TValue>, ClusterState> set) : WatchedKind(part, path)
    where TKey : notnull
    where TValue : class
{
    /// <inheritdoc/>
    public override ClusterState Change(ClusterState state, JsonObject document) =>
        read(document) is { } value ? set(state, get(state).SetItem(key(document.ObjectName()), value)) : state;

    /// <inheritdoc/>
    public override ClusterState Remove(ClusterState state, ObjectName gone) => set(state, get(state).Remove(key(gone)));

    /// <inheritdoc/>
    public override IEnumerable<ObjectName> Known(ClusterState state) => get(state).Keys.Select(name);
}
