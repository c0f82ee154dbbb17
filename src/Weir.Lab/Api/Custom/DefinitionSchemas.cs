using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Custom;

/// <summary>Reads the schema of a CustomResourceDefinition (<c>openAPIV3Schema</c>) into what pruning and ownership go by.</summary>
internal static class DefinitionSchemas
{
    /// <summary>The schema of whole documents, with the frame that every object has.</summary>
    public static FieldSchema Document(JsonObject? openApi)
    {
        var fields = openApi is null ? [] : Fields(openApi);
        foreach (var (name, field) in KindSchemas.Frame()) fields[name] = field;
        return new FieldSchema
        {
            Type = "object",
            IsCustom = true,
            KeepsUnknown = openApi is null || Keeps(openApi),
            Description = openApi.Text("description") ?? "",
            Fields = new Lazy<IReadOnlyDictionary<string, FieldSchema>>(() => fields),
        };
    }

    private static FieldSchema Read(JsonObject openApi)
    {
        var type = openApi.Flag("x-kubernetes-int-or-string") ?? false ? "int-or-string" : openApi.Text("type") ?? "";
        var values = openApi["additionalProperties"];
        var fields = Fields(openApi);
        var keeps = Keeps(openApi);
        if (openApi.Flag("x-kubernetes-embedded-resource") ?? false)
        {
            foreach (var (name, field) in KindSchemas.Frame()) fields[name] = field;
        }

        // An object that says nothing of its fields has none, unless it keeps what it does not know.
        var open = type == "object" && fields.Count == 0 && (keeps || values is JsonValue);
        return new FieldSchema
        {
            Type = open ? "" : type,
            IsCustom = true,
            KeepsUnknown = keeps,
            Format = openApi.Text("format") ?? "",
            Description = openApi.Text("description") ?? "",
            IsAtomic = openApi.Text("x-kubernetes-map-type") == "atomic",
            IsSet = openApi.Text("x-kubernetes-list-type") == "set",
            ListKeys = openApi.Text("x-kubernetes-list-type") == "map"
                ? [.. openApi.Items("x-kubernetes-list-map-keys").Select(k => k.Text() ?? "")]
                : [],
            Default = openApi["default"],
            Items = type == "array"
                ? openApi.Map("items") is { } items ? Read(items) : FieldSchema.Any
                : values is JsonObject inner ? Read(inner) : null,
            Fields = type == "object" && !open && values is null ? new Lazy<IReadOnlyDictionary<string, FieldSchema>>(() => fields) : null,
        };
    }

    private static Dictionary<string, FieldSchema> Fields(JsonObject openApi) =>
        (openApi.Map("properties") ?? []).Where(p => p.Value is JsonObject).ToDictionary(p => p.Key, p => Read((JsonObject)p.Value!));

    private static bool Keeps(JsonObject openApi) => openApi.Flag("x-kubernetes-preserve-unknown-fields") ?? false;
}
