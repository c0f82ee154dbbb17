using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Guide;
using Weir.Lab.Manifests;

namespace Weir.EndToEnd.Corpus;

/// <summary>The policies of the lab, one set after another.</summary>
internal sealed class LivePolicies(KubernetesConnection connection, PoliciesInForce inForce)
{
    private List<JsonObject> _applied = [];

    /// <summary>Puts a set in the place of the last and waits until the nodes enforce it.</summary>
    public async Task ReplaceAsync(IReadOnlyList<JsonObject> policies, CancellationToken cancellation)
    {
        var applier = new ManifestApplier(connection);
        foreach (var gone in _applied) await applier.DeleteAsync(gone.ToJsonString(), cancellation);

        // Sets share names: one that is made anew counts its generations from 1, as the one before did.
        await inForce.WaitAsync(cancellation);
        _applied = [.. policies.Select(WithNamespace)];
        foreach (var policy in _applied) await applier.ApplyAsync(policy.ToJsonString(), cancellation);
        await inForce.WaitAsync(cancellation);
    }

    private static JsonObject WithNamespace(JsonObject policy)
    {
        var made = (JsonObject)policy.DeepClone();
        if (made.Text("kind") == "CiliumClusterwideNetworkPolicy") made["metadata"]!.AsObject().Remove("namespace");
        return made;
    }
}
