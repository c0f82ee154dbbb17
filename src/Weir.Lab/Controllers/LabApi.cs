using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Controllers;

/// <summary>The writes that controllers make; what comes back is learned at once, so that the next look is not an old one.</summary>
internal sealed class LabApi(KubernetesConnection connection)
{
    /// <summary>Creates an object.</summary>
    public async Task<JsonObject> CreateAsync(string collection, JsonObject document, ObjectCache? cache, CancellationToken cancellationToken) =>
        Learned(await connection.SendAsync(HttpMethod.Post, collection, document, cancellationToken), cache);

    /// <summary>Replaces an object, or with <c>/status</c> at the end of the path its status.</summary>
    public async Task<JsonObject> ReplaceAsync(string path, JsonObject document, ObjectCache? cache, CancellationToken cancellationToken) =>
        Learned(await connection.SendAsync(HttpMethod.Put, path, document, cancellationToken), cache);

    /// <summary>Merges a patch into an object.</summary>
    public async Task<JsonObject> MergeAsync(string path, JsonObject patch, ObjectCache? cache, CancellationToken cancellationToken) => Learned(
        await connection.SendAsync(HttpMethod.Patch, path, patch, cancellationToken, "application/merge-patch+json"), cache);

    /// <summary>Sends a document and forgets the answer.</summary>
    public Task SendAsync(HttpMethod method, string path, JsonObject? document, CancellationToken cancellationToken) =>
        connection.SendAsync(method, path, document, cancellationToken);

    /// <summary>Lists a collection.</summary>
    public Task<JsonObject> ListAsync(string path, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>The collections of a namespace that can be emptied.</summary>
    public Task<IReadOnlyList<string>> CollectionsAsync(string ns, CancellationToken cancellationToken) =>
        ServedResources.InNamespaceAsync(connection, ns, cancellationToken);

    /// <summary>Deletes an object of this uid; it may be gone already.</summary>
    public async Task DeleteAsync(string collection, JsonObject document, ObjectCache? cache, CancellationToken cancellationToken)
    {
        var options = new JsonObject
        {
            ["propagationPolicy"] = "Background",
            ["preconditions"] = new JsonObject { ["uid"] = document.Text("metadata", "uid") },
        };
        try
        {
            var left = await connection.SendAsync(
                HttpMethod.Delete, $"{collection}/{document.Text("metadata", "name")}", options, cancellationToken);
            if (left.Text("kind") != "Status" && left.Text("metadata", "deletionTimestamp") is not null) cache?.Learn(left);
        }
        catch (ApiRefusedException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // Gone, or another object of the same name by now.
        }
    }

    /// <summary>The collection of a kind in a namespace.</summary>
    public static string Path(string group, string plural, string ns) =>
        (group.Length == 0 ? "/api/v1" : $"/apis/{group}/v1") + $"/namespaces/{ns}/{plural}";

    /// <summary>Creates an object unless it is there already.</summary>
    public async Task EnsureAsync(string collection, JsonObject document, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(HttpMethod.Post, collection, document, cancellationToken);
        }
        catch (ApiRefusedException there) when (there.IsConflict)
        {
            // As wanted.
        }
    }

    private static JsonObject Learned(JsonObject document, ObjectCache? cache)
    {
        cache?.Learn(document);
        return document;
    }
}
