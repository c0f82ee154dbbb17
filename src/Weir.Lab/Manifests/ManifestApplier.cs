using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Manifests;

/// <summary>Creates or replaces the objects of a manifest through the API, in their order.</summary>
/// <param name="connection">The API.</param>
/// <param name="defaultNamespace">The namespace of objects that name none.</param>
public sealed class ManifestApplier(KubernetesConnection connection, string defaultNamespace = "default")
{
    private const int MaxTries = 10;

    /// <summary>What became of one object.</summary>
    /// <param name="Object">The object as the server has it now.</param>
    /// <param name="Outcome"><c>created</c>, <c>configured</c> or <c>unchanged</c>.</param>
    public sealed record Applied(JsonObject Object, string Outcome)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Object.Text("kind")?.ToLowerInvariant()}/{Object.Text("metadata", "name")} {Outcome}";
    }

    /// <summary>Applies a text of many documents; stops at the first that is refused.</summary>
    /// <exception cref="ManifestException">The text cannot be read, or names a kind that the server does not have.</exception>
    /// <exception cref="ApiRefusedException">The server refused an object.</exception>
    public async Task<IReadOnlyList<Applied>> ApplyAsync(string yaml, CancellationToken cancellationToken, string source = "manifest")
    {
        var applied = new List<Applied>();
        foreach (var document in ManifestReader.Read(yaml, source)) applied.Add(await ApplyAsync(document, source, cancellationToken));
        return applied;
    }

    /// <summary>Deletes the objects of a text, in reverse order; those that are gone already are passed over.</summary>
    /// <exception cref="ManifestException">The text cannot be read, or names a kind that the server does not have.</exception>
    public async Task DeleteAsync(string yaml, CancellationToken cancellationToken, string source = "manifest")
    {
        foreach (var document in ManifestReader.Read(yaml, source).Reverse())
        {
            try
            {
                await connection.SendAsync(
                    HttpMethod.Delete, $"{await CollectionAsync(document, source, cancellationToken)}/{document.ObjectName().Name}", null, cancellationToken);
            }
            catch (ApiRefusedException gone) when (gone.IsNotFound)
            {
                // As wanted.
            }
        }
    }

    private async Task<Applied> ApplyAsync(JsonObject document, string source, CancellationToken cancellationToken)
    {
        var collection = await CollectionAsync(document, source, cancellationToken);
        var name = document.ObjectName().Name;
        if (name.Length == 0)
            return new Applied(await connection.SendAsync(HttpMethod.Post, collection, document, cancellationToken), "created");
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await ApplyOnceAsync(document, collection, name, cancellationToken);
            }
            catch (ApiRefusedException conflict) when (conflict.IsConflict && tried < MaxTries)
            {
                // A controller wrote in between.
            }
        }
    }

    private async Task<Applied> ApplyOnceAsync(JsonObject document, string collection, string name, CancellationToken cancellationToken)
    {
        JsonObject known;
        try
        {
            known = await connection.SendAsync(HttpMethod.Get, $"{collection}/{name}", null, cancellationToken);
        }
        catch (ApiRefusedException missing) when (missing.IsNotFound)
        {
            return new Applied(await connection.SendAsync(HttpMethod.Post, collection, document, cancellationToken), "created");
        }

        var next = (JsonObject)document.DeepClone();
        var meta = next.Ensure("metadata");
        var was = known.At("metadata", "resourceVersion");
        meta["resourceVersion"] = was?.DeepClone();

        // What controllers note on an object is not the manifest's to take away.
        foreach (var (key, value) in known.Map("metadata", "annotations") ?? []) meta.Ensure("annotations").Default(key, () => value!.DeepClone());
        if (known.At("metadata", "finalizers") is { } finalizers) meta.Default("finalizers", finalizers.DeepClone);
        var after = await connection.SendAsync(HttpMethod.Put, $"{collection}/{name}", next, cancellationToken);
        return new Applied(after, JsonTree.Same(after.At("metadata", "resourceVersion"), was) ? "unchanged" : "configured");
    }

    private async Task<string> CollectionAsync(JsonObject document, string source, CancellationToken cancellationToken)
    {
        var (version, kind) = (document.Text("apiVersion") ?? "", document.Text("kind") ?? "");
        var ns = document.ObjectName().Namespace is { Length: > 0 } named ? named : defaultNamespace;
        return await ServedResources.CollectionAsync(connection, version, kind, ns, cancellationToken)
            ?? throw new ManifestException(
                $"{source}: no matches for kind \"{kind}\" in version \"{version}\": the lab's server has no such kind");
    }
}
