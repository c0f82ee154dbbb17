using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Schema;

/// <summary>The OpenAPI v3 documents that clients read before they apply, and explain from.</summary>
internal sealed class OpenApiDocuments(ResourceRegistry registry)
{
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

    private readonly ConcurrentDictionary<string, (int Kinds, string Text)> _texts = new();

    /// <summary>The list of documents, each with a hash that changes when it does.</summary>
    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var version in registry.Kinds.Select(Path).Distinct())
        {
            var hash = Discovery.Tag(Document(version)!).Trim('"');
            paths[version] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{version}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>The document of <c>api/v1</c> or <c>apis/GROUP/VERSION</c>; null when there is none.</summary>
    public string? Document(string version)
    {
        var kinds = registry.Kinds.Where(k => Path(k) == version).ToList();
        if (kinds.Count == 0) return null;

        // Kinds are immutable and replaced whole, so the same kinds are the same document.
        var sum = default(HashCode);
        foreach (var kind in kinds) sum.Add(kind);
        var key = sum.ToHashCode();
        if (_texts.TryGetValue(version, out var known) && known.Kinds == key) return known.Text;
        var text = Write(version, kinds).ToJsonString(ApiJson.Options);
        _texts[version] = (key, text);
        return text;
    }

    private static string Path(ResourceKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";

    private static JsonObject Write(string version, List<ResourceKind> kinds)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var kind in kinds.Where(k => k.IsStored))
        {
            var schema = KindSchemas.Of(kind);
            var name = schema.Name.Length > 0 ? schema.Name : $"{kind.Group}.{kind.Version}.{kind.Kind}";
            if (kind.OpenApi is { } custom) schemas[name] = Custom(custom, schemas);
            else Publish(name, schema, schemas);
            var published = (JsonObject)schemas[name]!;
            published["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(kind));
            var root = kind.Namespaced ? $"/{version}/namespaces/{{namespace}}/{kind.Plural}" : $"/{version}/{kind.Plural}";
            paths[root] = new JsonObject { ["get"] = Operation(kind, "list", name), ["post"] = Operation(kind, "post", name) };
            paths[root + "/{name}"] = new JsonObject
            {
                ["get"] = Operation(kind, "get", name),
                ["put"] = Operation(kind, "put", name),
                ["patch"] = Operation(kind, "patch", name),
                ["delete"] = Operation(kind, "delete", name),
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.Text },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    // A definition's schema is published as it was written, in the frame that every object has.
    private static JsonObject Custom(JsonObject schema, JsonObject schemas)
    {
        var published = (JsonObject)schema.DeepClone();
        var properties = published.Ensure("properties");
        foreach (var (name, field) in KindSchemas.Frame()) properties[name] = Inline(field, schemas);
        return published;
    }

    private static JsonObject Gvk(ResourceKind kind) => new()
    {
        ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind,
    };

    private static JsonObject Operation(ResourceKind kind, string action, string schema)
    {
        var parameters = new JsonArray();
        if (action is "post" or "put" or "patch")
        {
            foreach (var name in (ReadOnlySpan<string>)["dryRun", "fieldManager", "fieldValidation"])
            {
                parameters.Add(new JsonObject
                {
                    ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
                });
            }
        }

        return new JsonObject
        {
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "OK",
                    ["content"] = new JsonObject
                    {
                        ["application/json"] = new JsonObject { ["schema"] = Reference(schema) },
                    },
                },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Gvk(kind),
        };
    }

    // Values of two types have a name of their own, by which they are explained.
    private static JsonObject Choice(string name, string description, string type, JsonObject schemas)
    {
        schemas[name] ??= new JsonObject
        {
            ["description"] = description,
            ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = type }),
        };
        return Reference(name);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static void Publish(string name, FieldSchema schema, JsonObject schemas)
    {
        if (schemas.ContainsKey(name)) return;
        var published = new JsonObject { ["type"] = "object" };
        schemas[name] = published;
        if (schema.Description.Length > 0) published["description"] = schema.Description;
        if (schema.Required.Count > 0) published["required"] = new JsonArray([.. schema.Required.Select(r => (JsonNode)r)]);
        if (schema.Fields is null) return;
        var properties = new JsonObject();
        foreach (var (field, inner) in schema.Fields.Value.OrderBy(f => f.Key, StringComparer.Ordinal)) properties[field] = Inline(inner, schemas);
        published["properties"] = properties;
    }

    // How a list divides among its owners, for clients that compute patches.
    private static void Share(JsonObject inline, FieldSchema schema)
    {
        inline["x-kubernetes-list-type"] = schema.IsSet ? "set" : schema.ListKeys.Count > 0 ? "map" : "atomic";
        if (schema.ListKeys.Count > 0) inline["x-kubernetes-list-map-keys"] = new JsonArray([.. schema.ListKeys.Select(k => (JsonNode)k)]);
    }

    private static JsonObject Inline(FieldSchema schema, JsonObject schemas)
    {
        if (schema.Name.Length > 0)
        {
            Publish(schema.Name, schema, schemas);
            var named = new JsonObject { ["allOf"] = new JsonArray(Reference(schema.Name)), ["default"] = new JsonObject() };
            if (schema.Note.Length > 0) named["description"] = schema.Note;
            return named;
        }

        var inline = new JsonObject();
        if (schema.Note.Length + schema.Description.Length > 0) inline["description"] = schema.Note.Length > 0 ? schema.Note : schema.Description;
        if (schema.Values.Count > 0 && schema.Type == "string") inline["enum"] = new JsonArray([.. schema.Values.Select(v => (JsonNode)v)]);
        switch (schema.Type)
        {
            case "":
                inline["x-kubernetes-preserve-unknown-fields"] = true;
                inline["type"] = "object";
                break;
            case "int-or-string":
                inline["allOf"] = new JsonArray(Choice(IntOrString, "A number, or a text such as a percentage or a port's name.", "integer", schemas));
                break;
            case "quantity":
                inline["allOf"] = new JsonArray(Choice(Quantity, "An amount such as 500m, 64Mi or 2.", "number", schemas));
                break;
            case "array":
                inline["type"] = "array";
                Share(inline, schema);
                inline["items"] = Inline(schema.Items!, schemas);
                break;
            default:
                inline["type"] = schema.Type;
                if (schema.Format.Length > 0) inline["format"] = schema.Format;
                if (schema.Items is { } values) inline["additionalProperties"] = Inline(values, schemas);
                break;
        }

        if (schema.Fields is { } fields)
        {
            var properties = new JsonObject();
            foreach (var (field, inner) in fields.Value.OrderBy(f => f.Key, StringComparer.Ordinal)) properties[field] = Inline(inner, schemas);
            inline["properties"] = properties;
        }

        return inline;
    }
}
