using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Fields;

/// <summary>What a client may send as an applied document.</summary>
internal static class AppliedDocument
{
    /// <summary>Checks what must be so before anything else is looked at; names the object by its path.</summary>
    /// <exception cref="ApiStatusException">It is not so (400, 422).</exception>
    public static void Check(ApiTarget target, JsonObject applied, WriteOptions options)
    {
        if (options.FieldManager.Length == 0 || !options.NamesManager)
            throw ApiFaults.InvalidOptions("PatchOptions", FieldFault.Required("fieldManager", "is required for apply patch"));
        if (applied.Text("kind") is not { Length: > 0 }) throw ApiFaults.BadRequest("Object 'Kind' is missing in the applied document");
        if (applied.Text("apiVersion") is not { Length: > 0 })
            throw ApiFaults.BadRequest("Object 'apiVersion' is missing in the applied document");
        var meta = applied.Ensure("metadata");
        if (meta["managedFields"] is not null) throw ApiFaults.BadRequest("metadata.managedFields must be nil");
        if (meta.Text("name") is { Length: > 0 } name && name != target.Name)
            throw ApiFaults.BadRequest($"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        meta["name"] = target.Name;
    }

    /// <summary>Takes away what the path does not write: status through the object, all but status through its subresource.</summary>
    public static void Limit(ApiTarget target, JsonObject applied)
    {
        if (!target.Kind.HasStatus) return;
        if (target.Subresource != "status")
        {
            applied.Remove("status");
            return;
        }

        foreach (var name in applied.Select(p => p.Key).Where(k => k is not ("apiVersion" or "kind" or "metadata" or "status")).ToList())
            applied.Remove(name);
        foreach (var name in (ReadOnlySpan<string>)["labels", "annotations", "finalizers", "ownerReferences"])
            applied.Map("metadata")?.Remove(name);
    }
}
