using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Keeps one pod on each node that a DaemonSet selects, ready or not.</summary>
internal sealed class DaemonSetController
{
    private const string RevisionLabel = "controller-revision-hash";

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly EventRecorder _events;
    private readonly RevisionHistory _history;
    private readonly WorkQueue<ObjectName> _queue;

    public DaemonSetController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events, _history) = (api, caches, events, new RevisionHistory(api, caches));
        _queue = new WorkQueue<ObjectName>("daemonset", time, logger);
        caches.DaemonSets.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Pods.Changed += (before, after) =>
        {
            var pod = (after ?? before)!;
            if (Owners.Controller(pod, "DaemonSet") is { } owner)
                _queue.Add(new ObjectName(pod.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
        caches.Nodes.Changed += (_, _) =>
        {
            foreach (var set in caches.DaemonSets.All()) _queue.Add(set.ObjectName());
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.DaemonSets.Find(name) is not { } set || PodCondition.IsEnding(set)) return;
        var hash = PodTemplates.Hash(set.At("spec", "template"));
        var used = Pods(set).Select(p => p.Text("metadata", "labels", RevisionLabel) ?? "").ToHashSet();
        await _history.KeepAsync(set, hash, $"{name.Name}-{hash}", used, cancellationToken);
        var collection = LabApi.Path("", "pods", name.Namespace);
        var nodes = _caches.Nodes.All()
            .Where(n => NodeFit.Selects(set.At("spec", "template", "spec"), n))
            .Select(n => n.ObjectName().Name).ToHashSet();
        var byNode = Pods(set).Where(p => !PodCondition.IsDone(p)).GroupBy(p => p.Text("spec", "nodeName") ?? "").ToDictionary(g => g.Key, g => g.ToList());
        foreach (var node in nodes.Where(n => !byNode.ContainsKey(n)).Order(StringComparer.Ordinal))
        {
            var pod = PodTemplates.Pod(set, set.At("spec", "template"));
            pod.Ensure("metadata")["generateName"] = name.Name + "-";
            pod.Ensure("metadata", "labels")[RevisionLabel] = hash;
            pod.Ensure("spec")["nodeName"] = node;
            var made = await _api.CreateAsync(collection, pod, _caches.Pods, cancellationToken);
            _events.Normal(set, "SuccessfulCreate", $"Created pod: {made.ObjectName().Name}");
        }

        foreach (var (node, pods) in byNode)
        {
            foreach (var pod in pods.Where(p => !PodCondition.IsEnding(p)).Skip(nodes.Contains(node) ? 1 : 0))
                await _api.DeleteAsync(collection, pod, _caches.Pods, cancellationToken);
        }

        await RollAsync(set, hash, collection, cancellationToken);
        await WriteStatusAsync(name, set, hash, nodes, cancellationToken);
    }

    private List<JsonObject> Pods(JsonObject set) => _caches.Pods.OwnedBy(set.Text("metadata", "uid") ?? "");

    private async Task RollAsync(JsonObject set, string hash, string collection, CancellationToken cancellationToken)
    {
        if (set.Text("spec", "updateStrategy", "type") == "OnDelete") return;
        var pods = Pods(set);
        if (pods.Any(p => !PodCondition.IsReady(p) || PodCondition.IsEnding(p))) return;
        if (pods.Find(p => p.Text("metadata", "labels", RevisionLabel) != hash) is { } old)
            await _api.DeleteAsync(collection, old, _caches.Pods, cancellationToken);
    }

    private Task WriteStatusAsync(
        ObjectName name, JsonObject set, string hash, HashSet<string> nodes, CancellationToken cancellationToken)
    {
        var pods = Pods(set).FindAll(PodCondition.IsActive);
        var placed = pods.FindAll(p => nodes.Contains(p.Text("spec", "nodeName") ?? ""));
        var ready = placed.Count(PodCondition.IsReady);
        var status = new JsonObject
        {
            ["observedGeneration"] = set.Number("metadata", "generation"),
            ["desiredNumberScheduled"] = nodes.Count,
            ["currentNumberScheduled"] = placed.Count,
            ["numberMisscheduled"] = pods.Count - placed.Count,
            ["numberReady"] = ready,
            ["numberAvailable"] = ready,
            ["numberUnavailable"] = nodes.Count - ready,
            ["updatedNumberScheduled"] = placed.Count(p => p.Text("metadata", "labels", RevisionLabel) == hash),
        };
        return StatusWriter.WriteAsync(
            _api, $"{LabApi.Path("apps", "daemonsets", name.Namespace)}/{name.Name}", set, status, _caches.DaemonSets, cancellationToken);
    }
}
