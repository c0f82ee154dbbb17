using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Gives a new namespace its service account, and empties one that is being deleted before it goes.</summary>
internal sealed class NamespaceController
{
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(100);

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly WorkQueue<ObjectName> _queue;

    /// <summary>Prepares the controller.</summary>
    /// <param name="api">The server.</param>
    /// <param name="caches">The shared copies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    public NamespaceController(LabApi api, LabCaches caches, TimeProvider time, ILogger logger)
    {
        (_api, _caches) = (api, caches);
        _queue = new WorkQueue<ObjectName>("namespace", time, logger);
        caches.Namespaces.Changed += (_, after) =>
        {
            if (after is not null) _queue.Add(after.ObjectName());
        };
        caches.Pods.Changed += (before, after) =>
        {
            // The last pod is what most deletions wait for.
            if (after is null) _queue.Add(new ObjectName("", before!.ObjectName().Namespace));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Namespaces.Find(name) is not { } home) return;
        if (!PodCondition.IsEnding(home))
        {
            await WelcomeAsync(name.Name, cancellationToken);
            return;
        }

        if (await EmptyAsync(name.Name, cancellationToken))
        {
            var final = (JsonObject)home.DeepClone();
            final.Ensure("spec")["finalizers"] = new JsonArray();
            try
            {
                await _api.SendAsync(HttpMethod.Put, $"/api/v1/namespaces/{name.Name}/finalize", final, cancellationToken);
            }
            catch (ApiRefusedException gone) when (gone.IsNotFound)
            {
                // As wanted.
            }

            return;
        }

        _queue.AddAfter(name, _lookAgain);
    }

    private async Task WelcomeAsync(string name, CancellationToken cancellationToken)
    {
        var account = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } };
        try
        {
            await _api.EnsureAsync($"/api/v1/namespaces/{name}/serviceaccounts", account, cancellationToken);
        }
        catch (ApiRefusedException ended) when (ended.Code is 403 or 404)
        {
            // Deleted meanwhile.
        }
    }

    private async Task<bool> EmptyAsync(string name, CancellationToken cancellationToken)
    {
        var empty = true;
        foreach (var path in await _api.CollectionsAsync(name, cancellationToken))
        {
            if (!(await _api.ListAsync(path + "?limit=1", cancellationToken)).Items("items").Any()) continue;
            await _api.SendAsync(HttpMethod.Delete, path, new JsonObject { ["propagationPolicy"] = "Background" }, cancellationToken);
            empty &= !(await _api.ListAsync(path + "?limit=1", cancellationToken)).Items("items").Any();
        }

        return empty;
    }
}
