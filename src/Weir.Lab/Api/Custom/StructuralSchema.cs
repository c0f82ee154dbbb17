using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Checks that a definition's schema is structural: every value has a type, every list its elements.</summary>
internal static class StructuralSchema
{
    private static readonly string[] _types = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>What is wrong with a schema.</summary>
    public static IEnumerable<FieldFault> Check(JsonObject schema, string path)
    {
        var free = (schema.Flag("x-kubernetes-preserve-unknown-fields") ?? false) || (schema.Flag("x-kubernetes-int-or-string") ?? false);
        var type = schema.Text("type");
        if (type is null && !free) yield return FieldFault.Required($"{path}.type", "must not be empty for specified object fields");
        else if (type is not null && Array.IndexOf(_types, type) < 0) yield return FieldFault.NotSupported($"{path}.type", type, _types);
        if (type == "array" && schema["items"] is not JsonObject) yield return FieldFault.Required($"{path}.items", "must be specified");
        if (schema["properties"] is not null && schema["additionalProperties"] is not null)
            yield return FieldFault.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive");
        if (schema.Text("pattern") is { } pattern && SchemaLimits.Pattern(pattern) is null)
            yield return FieldFault.Invalid($"{path}.pattern", pattern, "must be a valid regular expression, which runs in linear time");
        if (schema["$ref"] is not null) yield return FieldFault.Forbidden($"{path}.$ref", "$ref is not supported");
        if (schema.Text("x-kubernetes-list-type") == "map" && !schema.Items("x-kubernetes-list-map-keys").Any())
            yield return FieldFault.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        foreach (var (name, inner) in schema.Map("properties") ?? [])
        {
            if (inner is not JsonObject property) continue;
            foreach (var fault in Check(property, $"{path}.properties[{name}]")) yield return fault;
        }

        foreach (var part in (string[])["items", "additionalProperties"])
        {
            if (schema[part] is not JsonObject inner) continue;
            foreach (var fault in Check(inner, $"{path}.{part}")) yield return fault;
        }
    }

    /// <summary>Whether a schema has rules in CEL, which are kept and not evaluated.</summary>
    public static bool HasRules(JsonNode? schema) => schema switch
    {
        JsonObject map => map["x-kubernetes-validations"] is JsonArray { Count: > 0 } || map.Any(p => HasRules(p.Value)),
        JsonArray list => list.Any(HasRules),
        _ => false,
    };
}
