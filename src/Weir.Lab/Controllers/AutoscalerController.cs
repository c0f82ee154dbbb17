using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Controllers;

/// <summary>Says of every HorizontalPodAutoscaler, in an event, that the lab does not act on it: nothing here measures pods.</summary>
internal sealed class AutoscalerController
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly TimeProvider _time;
    private readonly WorkQueue<ObjectName> _queue;

    public AutoscalerController(LabApi api, LabCaches caches, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _time) = (api, caches, time);
        _queue = new WorkQueue<ObjectName>("autoscaler", time, logger);
        caches.Autoscalers.Changed += (before, after) =>
        {
            if (before is null && after is not null) _queue.Add(after.ObjectName());
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Autoscalers.Find(name) is not { } autoscaler) return Task.CompletedTask;
        var now = Timestamps.Text(_time.GetUtcNow());
        var told = new JsonObject
        {
            // One name for one autoscaler: after a restart it is not told again.
            ["metadata"] = new JsonObject { ["name"] = $"{name.Name}.{autoscaler.Text("metadata", "uid")}" },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = "autoscaling/v2",
                ["kind"] = "HorizontalPodAutoscaler",
                ["namespace"] = name.Namespace,
                ["name"] = name.Name,
                ["uid"] = autoscaler.Text("metadata", "uid"),
            },
            ["type"] = "Warning",
            ["reason"] = "NotSupported",
            ["message"] = "this lab measures no pods: the autoscaler is kept, and nothing is scaled by it",
            ["source"] = new JsonObject { ["component"] = "horizontal-pod-autoscaler" },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        };
        return _api.EnsureAsync($"/api/v1/namespaces/{name.Namespace}/events", told, cancellationToken);
    }
}
