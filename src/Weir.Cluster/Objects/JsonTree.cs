using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Cluster.Objects;

/// <summary>Reads and writes Kubernetes objects that are kept as JSON documents; what is absent or of another type reads as null.</summary>
public static class JsonTree
{
    /// <summary>The value at the path of property names; null when any step is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject map || !map.TryGetPropertyValue(name, out node)) return null;
        }

        return node;
    }

    /// <summary>The object at the path; null when there is none.</summary>
    public static JsonObject? Map(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    /// <summary>The elements of the array at the path; empty when there is none.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonNode>() : [];

    /// <summary>The string at the path; null when it is absent or no string.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number at the path; null when it is absent, no number or out of range.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is not JsonValue value) return null;
        if (value.TryGetValue<long>(out var wide)) return wide;
        if (value.TryGetValue<int>(out var narrow)) return narrow;
        return null;
    }

    /// <summary>The truth value at the path; null when it is absent or no truth value.</summary>
    public static bool? Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The object at the path, made where it is missing (or null).</summary>
    public static JsonObject Ensure(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node[name] is not JsonObject next)
            {
                next = [];
                node[name] = next;
            }

            node = next;
        }

        return node;
    }

    /// <summary>Sets a property that is missing or null; leaves any other alone.</summary>
    public static void Default(this JsonObject node, string name, Func<JsonNode> value)
    {
        if (node[name] is null) node[name] = value();
    }

    /// <summary>Whether two documents say the same; the order of properties does not matter, that of elements does.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);

    /// <summary>
    /// Visits the whole document, which materialises what was read lazily: from then on many threads may read it, and none may write.
    /// </summary>
    public static JsonNode? Materialize(this JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach (var (_, value) in map) value.Materialize();
        }
        else if (node is JsonArray array)
        {
            foreach (var value in array) value.Materialize();
        }

        return node;
    }

    /// <summary>Reads one document; duplicate properties and comments are faults.</summary>
    /// <exception cref="JsonException">The bytes are no JSON object.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 128 })
            as JsonObject ?? throw new JsonException("expected a JSON object");
}
