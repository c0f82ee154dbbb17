using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Controllers;

/// <summary>Says in a PodDisruptionBudget's status how many of its pods may go.</summary>
internal sealed class DisruptionController
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly WorkQueue<ObjectName> _queue;

    public DisruptionController(LabApi api, LabCaches caches, TimeProvider time, ILogger logger)
    {
        (_api, _caches) = (api, caches);
        _queue = new WorkQueue<ObjectName>("disruption", time, logger);
        caches.Budgets.Changed += (_, after) =>
        {
            if (after is not null) _queue.Add(after.ObjectName());
        };
        caches.Pods.Changed += (before, after) =>
        {
            foreach (var budget in caches.Budgets.In((after ?? before)!.ObjectName().Namespace)) _queue.Add(budget.ObjectName());
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Budgets.Find(name) is not { } budget) return;
        var counts = DisruptionBudget.Count(budget, _caches.Pods.In(name.Namespace));
        var status = new JsonObject
        {
            ["observedGeneration"] = budget.Number("metadata", "generation"),
            ["currentHealthy"] = counts.Healthy,
            ["desiredHealthy"] = counts.Wanted,
            ["disruptionsAllowed"] = counts.Allowed,
            ["expectedPods"] = counts.Expected,
        };
        try
        {
            await StatusWriter.WriteAsync(
                _api, $"/apis/policy/v1/namespaces/{name.Namespace}/poddisruptionbudgets/{name.Name}", budget, status, _caches.Budgets, cancellationToken);
        }
        catch (ApiRefusedException gone) when (gone.IsNotFound)
        {
            // Deleted meanwhile.
        }
    }
}
