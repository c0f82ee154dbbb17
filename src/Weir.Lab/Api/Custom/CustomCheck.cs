using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>The last look at a custom object before it is written.</summary>
internal static class CustomCheck
{
    /// <summary>Holds it against its definition; warns where a definition has rules that are not evaluated here.</summary>
    /// <exception cref="ApiStatusException">It does not fit (422).</exception>
    public static void Check(ApiTarget target, System.Text.Json.Nodes.JsonObject document, WriteOptions options)
    {
        if (target.Kind.StoreKey == DefinitionAdmission.StoreKey && StructuralSchema.HasRules(document["spec"]))
            options.Warnings.Add("x-kubernetes-validations are kept but not evaluated by this server");
        if (target.Kind.OpenApi is not { } schema || document.Text("metadata", "deletionTimestamp") is not null) return;
        var faults = SchemaValidation.Check(document, schema);
        if (faults.Count > 0) throw ApiFaults.Invalid(target.Kind, document.Text("metadata", "name") ?? "", faults);
    }
}
