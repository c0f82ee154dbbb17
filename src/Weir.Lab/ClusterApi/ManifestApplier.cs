using System.Text.Json.Nodes;
using Weir.Cluster;

namespace Weir.Lab.ClusterApi;

/// <summary>Creates or replaces the objects of manifests.</summary>
public static class ManifestApplier
{
    // The kinds that the lab's own manifests have; kubectl asks the server for the rest.
    private static readonly Dictionary<string, string> s_plurals = new(StringComparer.Ordinal)
    {
        ["Namespace"] = "namespaces", ["Service"] = "services", ["Deployment"] = "deployments", ["StatefulSet"] = "statefulsets", ["DaemonSet"] = "daemonsets",
        ["Pod"] = "pods", ["ConfigMap"] = "configmaps", ["Secret"] = "secrets", ["ServiceAccount"] = "serviceaccounts",
        ["NetworkPolicy"] = "networkpolicies", ["CiliumNetworkPolicy"] = "ciliumnetworkpolicies", ["CiliumClusterwideNetworkPolicy"] = "ciliumclusterwidenetworkpolicies",
    };

    /// <summary>Applies all documents of a text.</summary>
    /// <param name="connection">The API server.</param>
    /// <param name="text">YAML.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="ns">The namespace of objects that name none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">The text is no manifest, or of a kind that is not known.</exception>
    /// <exception cref="ApiRefusedException">The server refused an object.</exception>
    public static async Task ApplyAsync(KubernetesConnection connection, string text, string source, string ns, CancellationToken cancellation)
    {
        foreach (var document in Manifest.Read(text, source))
        {
            var kind = (string?)document["kind"] ?? throw new LabException($"{source} holds an object without a kind.");
            if (!s_plurals.TryGetValue(kind, out var plural)) throw new LabException($"{source} holds a {kind}, which the lab does not apply; use kubectl.");
            var version = (string?)document["apiVersion"] ?? "v1";
            var metadata = document["metadata"] as JsonObject ?? throw new LabException($"{source} holds a {kind} without metadata.");
            var isNamespaced = kind is not "Namespace" and not "CiliumClusterwideNetworkPolicy";
            if (isNamespaced) metadata["namespace"] ??= ns;
            var collection = (version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}")
                + (isNamespaced ? $"/namespaces/{metadata["namespace"]}" : "") + "/" + plural;
            await PutAsync(connection, collection, document, cancellation);
        }
    }

    private static async Task PutAsync(KubernetesConnection connection, string collection, JsonObject document, CancellationToken cancellation)
    {
        try
        {
            await connection.SendAsync(HttpMethod.Post, collection, document, cancellation);
        }
        catch (ApiRefusedException e) when (e.IsConflict)
        {
            // A merge keeps what others set (a cluster address, a status); lists are replaced whole.
            await connection.SendAsync(HttpMethod.Patch, $"{collection}/{document["metadata"]!["name"]}", document, cancellation, "application/merge-patch+json");
        }
    }
}
