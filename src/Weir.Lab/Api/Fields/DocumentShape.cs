using System.Text.Json.Nodes;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>How a value divides into fields that may have different owners, by its schema.</summary>
internal static class DocumentShape
{
    /// <summary>Whether the value is owned as a whole.</summary>
    public static bool IsLeaf(JsonNode? value, FieldSchema schema) => value switch
    {
        JsonObject => schema.IsAtomic,
        JsonArray array => Steps(array, schema) is null,
        _ => true,
    };

    /// <summary>The schema of a field of an object, and whether it is one that the type declares.</summary>
    public static (FieldSchema Schema, bool Declared) Field(FieldSchema schema, string name)
    {
        if (schema.Fields is { } fields && fields.Value.TryGetValue(name, out var field)) return (field, true);
        return (schema.Items is { } values && schema.Type == "object" ? values : FieldSchema.Any, false);
    }

    /// <summary>The elements by their steps, in order; null for a list that is owned as a whole.</summary>
    public static List<(string Step, JsonNode? Element)>? Steps(JsonArray list, FieldSchema schema)
    {
        if (schema.ListKeys.Count == 0 && !schema.IsSet) return null;
        var steps = new List<(string, JsonNode?)>(list.Count);
        var seen = new HashSet<string>();
        foreach (var element in list)
        {
            // A list that breaks its own rule cannot be told apart by it.
            if (Step(element, schema) is not { } step || !seen.Add(step)) return null;
            steps.Add((step, element));
        }

        return steps;
    }

    private static string? Step(JsonNode? element, FieldSchema schema)
    {
        if (schema.IsSet) return element is JsonValue ? "v:" + element.ToJsonString(ApiJson.Options) : null;
        if (element is not JsonObject map) return null;
        var keys = new JsonObject();
        foreach (var key in schema.ListKeys.Order(StringComparer.Ordinal))
        {
            var value = map[key] ?? (schema.Items is { } items && Field(items, key).Schema.Default is { } given ? given : null);
            if (value is not null) keys[key] = value.DeepClone();
        }

        return keys.Count == 0 ? null : "k:" + keys.ToJsonString(ApiJson.Options);
    }
}
