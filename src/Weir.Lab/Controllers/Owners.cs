using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Reads and writes who made an object.</summary>
internal static class Owners
{
    /// <summary>The uid of the controller that made an object; null when none did.</summary>
    public static string? ControllerUid(JsonObject document) => Controller(document)?.Text("uid");

    /// <summary>The reference to the controller that made an object, of that kind; null when there is none.</summary>
    public static JsonNode? Controller(JsonObject document, string? kind = null) => document.Items("metadata", "ownerReferences")
        .FirstOrDefault(o => (o.Flag("controller") ?? false) && (kind is null || o.Text("kind") == kind));

    /// <summary>The list that says that this object is the controller of another.</summary>
    public static JsonArray Reference(JsonObject owner) => new(new JsonObject
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Text("metadata", "name"),
        ["uid"] = owner.Text("metadata", "uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    });
}
