using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Judges definitions, fills in what they leave open, and says in their status whether their names can be had.</summary>
internal sealed class DefinitionAdmission(ResourceRegistry registry, TimeProvider time)
{
    /// <summary>The store's key of definitions.</summary>
    public const string StoreKey = "customresourcedefinitions.apiextensions.k8s.io";

    /// <summary>Judges one write.</summary>
    public IReadOnlyList<FieldFault> Admit(AdmissionReview review)
    {
        var definition = review.Object;
        if (definition.Text("metadata", "deletionTimestamp") is not null) return [];
        var faults = Check(review).ToList();
        if (faults.Count > 0) return faults;
        var names = definition.Ensure("spec").Ensure("names");
        names.Default("singular", () => (names.Text("kind") ?? "").ToLowerInvariant());
        names.Default("listKind", () => names.Text("kind") + "List");
        definition.Ensure("spec").Default("conversion", () => new JsonObject { ["strategy"] = "None" });
        DefinitionStatus.Write(definition, Conflict(review.Name, definition), Timestamps.Text(time.GetUtcNow()));
        return [];
    }

    private static IEnumerable<FieldFault> Check(AdmissionReview review)
    {
        var spec = review.Object.Map("spec");
        var group = spec.Text("group") ?? "";
        var plural = spec.Text("names", "plural") ?? "";
        if (group.Length == 0) yield return FieldFault.Required("spec.group");
        if (plural.Length == 0) yield return FieldFault.Required("spec.names.plural");
        if (string.IsNullOrEmpty(spec.Text("names", "kind"))) yield return FieldFault.Required("spec.names.kind");
        if (group.Length > 0 && plural.Length > 0 && review.Name != $"{plural}.{group}")
            yield return FieldFault.Invalid("metadata.name", review.Name, "must be spec.names.plural+\".\"+spec.group");
        if (spec.Text("scope") is not ("Namespaced" or "Cluster"))
        {
            yield return spec.Text("scope") is { Length: > 0 } scope
                ? FieldFault.NotSupported("spec.scope", scope, ["Cluster", "Namespaced"])
                : FieldFault.Required("spec.scope");
        }

        if (spec.Text("conversion", "strategy") is { } strategy and not "None")
            yield return FieldFault.NotSupported("spec.conversion.strategy", strategy, ["None"]);
        foreach (var field in (string[])["group", "scope"])
        {
            if (review.Previous.Text("spec", field) is { } was && was != spec.Text(field)) yield return FieldFault.Invalid($"spec.{field}", spec.Text(field), "field is immutable");
        }

        foreach (var fault in CheckVersions(spec)) yield return fault;
    }

    private static IEnumerable<FieldFault> CheckVersions(JsonObject? spec)
    {
        var versions = spec.Items("versions").ToList();
        if (versions.Count(v => v.Flag("storage") ?? false) != 1)
            yield return FieldFault.Invalid("spec.versions", spec?["versions"], "must have exactly one version marked as storage version");
        for (var i = 0; i < versions.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"spec.versions[{i}]");
            if (versions[i].Map("schema", "openAPIV3Schema") is not { } schema)
            {
                yield return FieldFault.Required($"{at}.schema.openAPIV3Schema", "schemas are required");
                continue;
            }

            if (schema.Text("type") is not "object")
                yield return FieldFault.Invalid($"{at}.schema.openAPIV3Schema.type", schema.Text("type") ?? "", "must be object at the root");
            foreach (var fault in StructuralSchema.Check(schema, $"{at}.schema.openAPIV3Schema")) yield return fault;
            foreach (var (column, n) in versions[i].Items("additionalPrinterColumns").Select((c, n) => (c, n)))
            {
                if (JsonPath.Parse(column.Text("jsonPath") ?? "") is null)
                    yield return FieldFault.Invalid(
                        string.Create(CultureInfo.InvariantCulture, $"{at}.additionalPrinterColumns[{n}].jsonPath"),
                        column.Text("jsonPath"),
                        "is an invalid path: expected steps such as .spec.a, [0], ['a'] or [?(@.type==\"Ready\")]");
            }
        }
    }

    // The names of a group are whoever came first's.
    private (string Reason, string Message)? Conflict(string name, JsonObject definition)
    {
        var group = definition.Text("spec", "group");
        var names = definition.Map("spec", "names");
        foreach (var other in registry.Kinds.Where(k => k.Group == group && k.StoreKey != name))
        {
            if (other.Plural == names.Text("plural")) return ("PluralConflict", $"\"{other.Plural}\" is already in use");
            if (other.Kind == names.Text("kind")) return ("KindConflict", $"\"{other.Kind}\" is already in use");
        }

        return null;
    }
}
