using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Fills in the defaults of a definition's schema.</summary>
internal static class SchemaDefaults
{
    /// <summary>Completes a value in place.</summary>
    public static void Apply(JsonNode? value, JsonObject schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, inner) in schema.Map("properties") ?? [])
                {
                    if (inner is not JsonObject property) continue;
                    var given = map.TryGetPropertyValue(name, out var present);

                    // A null that may not be is as good as nothing where there is a default.
                    if (property["default"] is { } standard && (!given || (present is null && !(property.Flag("nullable") ?? false))))
                        map[name] = standard.DeepClone();
                    Apply(map[name], property);
                }

                if (schema["additionalProperties"] is not JsonObject values) break;
                foreach (var (_, inner) in map) Apply(inner, values);
                break;
            case JsonArray list when schema["items"] is JsonObject items:
                foreach (var element in list) Apply(element, items);
                break;
        }
    }
}
