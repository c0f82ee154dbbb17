using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>What a server serves now, as its discovery says; custom kinds come and go, so it is asked each time.</summary>
internal static class ServedResources
{
    /// <summary>The path of the collection of a kind; null when the server has no such kind.</summary>
    /// <param name="connection">The server.</param>
    /// <param name="apiVersion">The version, such as <c>apps/v1</c>.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">The namespace, for a kind that has them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<string?> CollectionAsync(
        KubernetesConnection connection, string apiVersion, string kind, string ns, CancellationToken cancellationToken)
    {
        foreach (var resource in await VersionAsync(connection, apiVersion, cancellationToken))
        {
            if (resource.Text("kind") == kind && IsWhole(resource)) return Collection(apiVersion, resource, ns);
        }

        return null;
    }

    /// <summary>The collections in a namespace that can be emptied, each in one version.</summary>
    public static async Task<IReadOnlyList<string>> InNamespaceAsync(
        KubernetesConnection connection, string ns, CancellationToken cancellationToken)
    {
        var versions = new List<string> { "v1" };
        var groups = await connection.SendAsync(HttpMethod.Get, "/apis", null, cancellationToken);
        versions.AddRange(groups.Items("groups").Select(g => g.Text("preferredVersion", "groupVersion") ?? ""));
        var collections = new List<string>();
        foreach (var version in versions)
        {
            foreach (var resource in await VersionAsync(connection, version, cancellationToken))
            {
                if ((resource.Flag("namespaced") ?? false) && IsWhole(resource) && resource.Items("verbs").Any(v => v.Text() == "deletecollection"))
                    collections.Add(Collection(version, resource, ns));
            }
        }

        return collections;
    }

    private static bool IsWhole(JsonNode resource) => resource.Text("name")?.Contains('/', StringComparison.Ordinal) == false;

    private static string Collection(string apiVersion, JsonNode resource, string ns) =>
        Root(apiVersion) + ((resource.Flag("namespaced") ?? false) ? $"/namespaces/{ns}" : "") + "/" + resource.Text("name");

    private static string Root(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";

    private static async Task<IEnumerable<JsonNode>> VersionAsync(
        KubernetesConnection connection, string apiVersion, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.SendAsync(HttpMethod.Get, Root(apiVersion), null, cancellationToken)).Items("resources");
        }
        catch (ApiRefusedException missing) when (missing.IsNotFound)
        {
            return [];
        }
    }
}
