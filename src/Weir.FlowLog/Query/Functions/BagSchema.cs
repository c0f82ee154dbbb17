using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.FlowLog.Query.Functions;

/// <summary>The shape that all of many dynamic values share: what buildschema() gives.</summary>
internal static class BagSchema
{
    /// <summary>The schema: a type's name, a bag of schemas, a bag with `indexer` for arrays, or an array of alternatives.</summary>
    public static JsonNode? Of(IEnumerable<JsonNode?> values)
    {
        var present = values.Where(v => v is not null).Select(v => v!).ToList();
        var parts = new List<JsonNode>();
        if (present.OfType<JsonObject>().ToList() is { Count: > 0 } bags)
        {
            var merged = new JsonObject();
            foreach (var key in bags.SelectMany(b => b.Select(p => p.Key)).Distinct(StringComparer.Ordinal)) merged[key] = Of(bags.Select(b => b[key]));
            parts.Add(merged);
        }

        if (present.OfType<JsonArray>().ToList() is { Count: > 0 } arrays) parts.Add(new JsonObject { ["`indexer`"] = Of(arrays.SelectMany(a => a)) });
        parts.AddRange(present.OfType<JsonValue>().Select(Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(n => (JsonNode)n));
        return parts.Count switch { 0 => null, 1 => parts[0], _ => new JsonArray([.. parts]) };
    }

    private static string Name(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => JsonValues.Whole(value) is null ? "double" : "long",
        JsonValueKind.String => "string",
        _ => "bool",
    };
}
