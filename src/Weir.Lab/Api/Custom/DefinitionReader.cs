using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Reads a CustomResourceDefinition into the kinds that it makes, one for each version that is served.</summary>
internal static class DefinitionReader
{
    /// <summary>The kinds; none while the definition's names are not accepted.</summary>
    /// <param name="definition">The definition, which is not changed.</param>
    public static List<ResourceKind> Read(JsonObject definition)
    {
        if (!DefinitionStatus.Is(definition, "Established")) return [];
        var spec = definition.Map("spec")!;
        var names = spec.Map("names")!;
        var versions = spec.Items("versions").OfType<JsonObject>().ToList();
        var stored = versions.Find(v => v.Flag("storage") ?? false).Text("name") ?? "";
        var kinds = new List<ResourceKind>();
        foreach (var version in versions.Where(v => v.Flag("served") ?? false).OrderBy(v => v.Text("name"), VersionOrder.Newest))
        {
            var name = version.Text("name") ?? "";
            var schema = version.Map("schema", "openAPIV3Schema")?.DeepClone().Materialize() as JsonObject;
            kinds.Add(new ResourceKind(spec.Text("group") ?? "", name, names.Text("plural") ?? "", names.Text("kind") ?? "")
            {
                Custom = true,
                HasGeneration = true,
                Namespaced = spec.Text("scope") == "Namespaced",
                StoredVersion = name == stored ? null : stored,
                SingularName = names.Text("singular"),
                ListName = names.Text("listKind"),
                ShortNames = [.. names.Items("shortNames").Select(n => n.Text() ?? "")],
                Categories = [.. names.Items("categories").Select(n => n.Text() ?? "")],
                SelectableFields = [.. version.Items("selectableFields").Select(f => (f.Text("jsonPath") ?? "").TrimStart('.'))],
                HasStatus = version.At("subresources", "status") is not null,
                HasScale = version.At("subresources", "scale") is not null,
                Scale = version.Map("subresources", "scale") is { } scale
                    ? new ScalePaths(Path(scale, "specReplicasPath"), Path(scale, "statusReplicasPath"), Path(scale, "labelSelectorPath"))
                    : null,
                IsEnding = definition.Text("metadata", "deletionTimestamp") is not null,
                Warning = (version.Flag("deprecated") ?? false)
                    ? version.Text("deprecationWarning") ?? $"{spec.Text("group")}/{name} {names.Text("kind")} is deprecated"
                    : null,
                Schema = DefinitionSchemas.Document(schema),
                OpenApi = schema,
                Columns = PrinterColumns.Read(version),
            });
        }

        return kinds;
    }

    private static string[] Path(JsonObject scale, string name) => (scale.Text(name) ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries);
}
