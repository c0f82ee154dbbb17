using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Keeps numbered pods with lasting names: made upwards, taken away downwards, one after the other.</summary>
internal sealed class StatefulSetController
{
    private const string RevisionLabel = "controller-revision-hash";

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly EventRecorder _events;
    private readonly RevisionHistory _history;
    private readonly WorkQueue<ObjectName> _queue;

    public StatefulSetController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events, _history) = (api, caches, events, new RevisionHistory(api, caches));
        _queue = new WorkQueue<ObjectName>("statefulset", time, logger);
        caches.StatefulSets.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Pods.Changed += (before, after) =>
        {
            var pod = (after ?? before)!;
            if (Owners.Controller(pod, "StatefulSet") is { } owner)
                _queue.Add(new ObjectName(pod.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.StatefulSets.Find(name) is not { } set || PodCondition.IsEnding(set)) return;
        var hash = $"{name.Name}-{PodTemplates.Hash(set.At("spec", "template"))}";
        var used = Pods(set).Values.Select(p => p.Text("metadata", "labels", RevisionLabel) ?? "").ToHashSet();
        await _history.KeepAsync(set, hash, hash, used, cancellationToken);
        await MoveAsync(name, set, hash, cancellationToken);
        await WriteStatusAsync(name, set, hash, cancellationToken);
    }

    private async Task MoveAsync(ObjectName name, JsonObject set, string hash, CancellationToken cancellationToken)
    {
        var pods = Pods(set);
        var replicas = set.Number("spec", "replicas") ?? 1;
        var ordered = set.Text("spec", "podManagementPolicy") != "Parallel";
        var collection = LabApi.Path("", "pods", name.Namespace);
        var settled = true;
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            var pod = pods.GetValueOrDefault(ordinal);
            if (pod is null)
            {
                var made = await _api.CreateAsync(collection, NewPod(set, ordinal, hash), _caches.Pods, cancellationToken);
                _events.Normal(set, "SuccessfulCreate", $"create Pod {made.ObjectName().Name} in StatefulSet {name.Name} successful");
                settled = false;
            }
            else if (PodCondition.IsDone(pod) && !PodCondition.IsEnding(pod))
            {
                await _api.DeleteAsync(collection, pod, _caches.Pods, cancellationToken);
                settled = false;
            }
            else if (PodCondition.IsEnding(pod) || !PodCondition.IsReady(pod))
            {
                settled = false;
            }

            if (ordered && !settled) return;
        }

        foreach (var (_, pod) in pods.Where(p => p.Key >= replicas).OrderByDescending(p => p.Key))
        {
            if (!PodCondition.IsEnding(pod))
            {
                await _api.DeleteAsync(collection, pod, _caches.Pods, cancellationToken);
                _events.Normal(set, "SuccessfulDelete", $"delete Pod {pod.ObjectName().Name} in StatefulSet {name.Name} successful");
            }

            if (ordered) return;
        }

        if (settled) await RollAsync(set, pods, hash, collection, cancellationToken);
    }

    // From the highest number down; one at a time, each only when all the others are ready.
    private async Task RollAsync(
        JsonObject set, SortedDictionary<int, JsonObject> pods, string hash, string collection, CancellationToken cancellationToken)
    {
        if (set.Text("spec", "updateStrategy", "type") == "OnDelete") return;
        var partition = set.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
        var next = pods.Reverse().FirstOrDefault(p => p.Key >= partition && p.Value.Text("metadata", "labels", RevisionLabel) != hash);
        if (next.Value is not null) await _api.DeleteAsync(collection, next.Value, _caches.Pods, cancellationToken);
    }

    private SortedDictionary<int, JsonObject> Pods(JsonObject set)
    {
        var found = new SortedDictionary<int, JsonObject>();
        foreach (var pod in _caches.Pods.OwnedBy(set.Text("metadata", "uid") ?? ""))
        {
            var podName = pod.ObjectName().Name;
            var at = podName.LastIndexOf('-');
            if (int.TryParse(podName[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)) found[ordinal] = pod;
        }

        return found;
    }

    private static JsonObject NewPod(JsonObject set, int ordinal, string hash)
    {
        var pod = PodTemplates.Pod(set, set.At("spec", "template"));
        var name = string.Create(CultureInfo.InvariantCulture, $"{set.ObjectName().Name}-{ordinal}");
        var meta = pod.Ensure("metadata");
        meta["name"] = name;
        var labels = meta.Ensure("labels");
        labels[RevisionLabel] = hash;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        pod.Ensure("spec")["hostname"] = name;
        if (set.Text("spec", "serviceName") is { Length: > 0 } service) pod.Ensure("spec")["subdomain"] = service;
        return pod;
    }

    private Task WriteStatusAsync(ObjectName name, JsonObject set, string hash, CancellationToken cancellationToken)
    {
        var pods = Pods(set).Values.Where(p => !PodCondition.IsDone(p)).ToList();
        var ready = pods.Count(PodCondition.IsReady);
        var updated = pods.Count(p => p.Text("metadata", "labels", RevisionLabel) == hash);
        var current = updated == pods.Count ? hash : set.Text("status", "currentRevision") ?? hash;
        var status = new JsonObject
        {
            ["observedGeneration"] = set.Number("metadata", "generation"),
            ["replicas"] = pods.Count,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
            ["currentReplicas"] = pods.Count(p => p.Text("metadata", "labels", RevisionLabel) == current),
            ["updatedReplicas"] = updated,
            ["currentRevision"] = current,
            ["updateRevision"] = hash,
        };
        return StatusWriter.WriteAsync(
            _api, $"{LabApi.Path("apps", "statefulsets", name.Namespace)}/{name.Name}", set, status, _caches.StatefulSets, cancellationToken);
    }
}
