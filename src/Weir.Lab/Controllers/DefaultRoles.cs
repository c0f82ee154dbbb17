using System.Text.Json.Nodes;
using Weir.Lab.Manifests;

namespace Weir.Lab.Controllers;

/// <summary>The roles and bindings that every cluster has from the start, as Kubernetes documents them.</summary>
internal static class DefaultRoles
{
    private const string Name = "default-roles.yaml";

    /// <summary>The objects, in an order in which they can be created.</summary>
    public static IReadOnlyList<JsonObject> Documents()
    {
        using var stream = typeof(DefaultRoles).Assembly.GetManifestResourceStream(Name)!;
        using var reader = new StreamReader(stream);
        var documents = ManifestReader.Read(reader.ReadToEnd(), Name);
        foreach (var document in documents)
        {
            var metadata = document["metadata"]!.AsObject();
            metadata["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
            metadata["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" };
        }

        return documents;
    }
}
