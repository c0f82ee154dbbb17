using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Manifests;

namespace Weir.Lab.Api.Custom;

/// <summary>The definitions that come with Weir (<c>deploy/crds</c>), installed as a user would: by writing them.</summary>
internal static class BundledDefinitions
{
    private static readonly Lazy<IReadOnlyList<JsonObject>> _all = new(ReadAll);

    /// <summary>Writes each one, unless it is there as it should be.</summary>
    public static void Install(ObjectWriter writer, ObjectStore store, ResourceRegistry registry)
    {
        var kind = registry.Find("apiextensions.k8s.io", "v1", "customresourcedefinitions")!;
        var options = new WriteOptions(false, "weir", FieldValidation.Strict, true) { NamesManager = true };
        foreach (var definition in _all.Value)
        {
            var name = definition.Text("metadata", "name")!;
            var target = new ApiTarget(kind, "", name, "");
            if (store.Find(kind, "", name) is null) writer.Create(target, (JsonObject)definition.DeepClone(), options);
            else writer.Change(target, present => With(present, definition), options);
        }
    }

    private static JsonObject With(JsonObject present, JsonObject definition)
    {
        var spec = (JsonObject)definition["spec"]!.DeepClone();
        foreach (var (name, value) in present.Map("spec") ?? [])
        {
            // What the server filled in stays, so that the same definition is no change.
            if (!spec.ContainsKey(name)) spec[name] = value?.DeepClone();
        }

        foreach (var (name, value) in present.Map("spec", "names") ?? []) spec.Ensure("names").Default(name, () => value!.DeepClone());
        present["spec"] = spec;
        return present;
    }

    private static List<JsonObject> ReadAll()
    {
        var assembly = typeof(BundledDefinitions).Assembly;
        var all = new List<JsonObject>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith("crds/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            foreach (var document in ManifestReader.Read(reader.ReadToEnd(), resource)) all.Add((JsonObject)document.Materialize()!);
        }

        return all;
    }
}
