using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Keeps as many pods of one template as a ReplicaSet asks for.</summary>
internal sealed class ReplicaSetController
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly EventRecorder _events;
    private readonly WorkQueue<ObjectName> _queue;

    public ReplicaSetController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events) = (api, caches, events);
        _queue = new WorkQueue<ObjectName>("replicaset", time, logger);
        caches.ReplicaSets.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Pods.Changed += (before, after) =>
        {
            var pod = (after ?? before)!;
            if (Owners.Controller(pod, "ReplicaSet") is { } owner)
                _queue.Add(new ObjectName(pod.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.ReplicaSets.Find(name) is not { } set || PodCondition.IsEnding(set)) return;
        var active = Active(set);
        var missing = (set.Number("spec", "replicas") ?? 1) - active.Count;
        var collection = LabApi.Path("", "pods", name.Namespace);
        if (missing > 0)
        {
            // Many at once: the server takes them in turn anyway, and a rollout of hundreds should not wait for each answer.
            await Parallel.ForEachAsync(Enumerable.Range(0, (int)missing), cancellationToken, async (_, ct) =>
            {
                var pod = PodTemplates.Pod(set, set.At("spec", "template"));
                pod.Ensure("metadata")["generateName"] = name.Name + "-";
                var made = await _api.CreateAsync(collection, pod, _caches.Pods, ct);
                _events.Normal(set, "SuccessfulCreate", $"Created pod: {made.ObjectName().Name}");
            });
        }

        foreach (var pod in active.OrderBy(Worth).ThenByDescending(Age, StringComparer.Ordinal).Take((int)Math.Max(0, -missing)))
        {
            await _api.DeleteAsync(collection, pod, _caches.Pods, cancellationToken);
            _events.Normal(set, "SuccessfulDelete", $"Deleted pod: {pod.ObjectName().Name}");
        }

        await WriteStatusAsync(name, set, cancellationToken);
    }

    private List<JsonObject> Active(JsonObject set) =>
        _caches.Pods.OwnedBy(set.Text("metadata", "uid") ?? "").FindAll(PodCondition.IsActive);

    // The least useful go first: without a node, not running, not ready; of equals the youngest.
    private static int Worth(JsonObject pod) => (pod.Text("spec", "nodeName") is null ? 0 : 1)
        + (pod.Text("status", "phase") == "Running" ? 2 : 0) + (PodCondition.IsReady(pod) ? 4 : 0);

    private static string Age(JsonObject pod) => pod.Text("metadata", "creationTimestamp") ?? "";

    private Task WriteStatusAsync(ObjectName name, JsonObject set, CancellationToken cancellationToken)
    {
        var pods = Active(set);
        var ready = pods.Count(PodCondition.IsReady);
        var labels = set.Map("spec", "template", "metadata", "labels");
        var status = new JsonObject
        {
            ["replicas"] = pods.Count,
            ["fullyLabeledReplicas"] = pods.Count(p => labels is null || PodCondition.Matches(labels, p)),
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
            ["observedGeneration"] = set.Number("metadata", "generation"),
        };
        return StatusWriter.WriteAsync(
            _api, $"{LabApi.Path("apps", "replicasets", name.Namespace)}/{name.Name}", set, status, _caches.ReplicaSets, cancellationToken);
    }
}
