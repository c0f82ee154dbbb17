using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weir.Cluster.Objects;

/// <summary>Reads what every object has.</summary>
public static class Metadata
{
    /// <summary>Namespace and name.</summary>
    public static ObjectName ObjectName(this JsonObject document) =>
        new(document.Text("metadata", "namespace") ?? "", document.Text("metadata", "name") ?? "");

    /// <summary>The labels; those that are no strings are left out.</summary>
    public static ImmutableSortedDictionary<string, string> Labels(this JsonObject document) => document.TextMap("metadata", "labels");

    /// <summary>A map of strings; values that are no strings are left out.</summary>
    public static ImmutableSortedDictionary<string, string> TextMap(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.Map(path) is not { Count: > 0 } map) return ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in map)
        {
            if (value is JsonValue v && v.TryGetValue<string>(out var text)) texts[key] = text;
        }

        return texts.ToImmutable();
    }
}
