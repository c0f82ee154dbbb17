using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weir.Cluster.Objects;

/// <summary>A namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels, which selectors may ask about.</param>
public sealed record NamespaceState(string Name, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Reads a namespace.</summary>
    public static NamespaceState Read(JsonObject document) => new(document.ObjectName().Name, document.Labels());
}
