using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Binds pods to nodes: those that may take them, spreading the pods of one owner first and all pods second.</summary>
internal sealed class PodScheduler
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly WorkQueue<ObjectName> _queue;
    private readonly EventRecorder _events;

    // Bound by us, and not yet seen so by the watch.
    private readonly Dictionary<string, string> _bound = [];

    public PodScheduler(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events) = (api, caches, events);
        _queue = new WorkQueue<ObjectName>("scheduler", time, logger);
        caches.Pods.Changed += (_, after) =>
        {
            if (after is not null && IsWaiting(after)) _queue.Add(after.ObjectName());
        };
        caches.Nodes.Changed += (_, _) =>
        {
            foreach (var pod in caches.Pods.All().Where(IsWaiting)) _queue.Add(pod.ObjectName());
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(PlaceAsync, cancellationToken);

    private static bool IsWaiting(JsonObject pod) => string.IsNullOrEmpty(pod.Text("spec", "nodeName")) && PodCondition.IsActive(pod)
        && pod.Text("spec", "schedulerName") is null or "default-scheduler";

    private async Task PlaceAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Pods.Find(name) is not { } pod || !IsWaiting(pod)) return;
        var path = $"{LabApi.Path("", "pods", name.Namespace)}/{name.Name}";
        if (Choose(pod) is not { } node)
        {
            await SayUnschedulableAsync(path, pod, cancellationToken);
            return;
        }

        var binding = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
        };
        _bound[pod.Text("metadata", "uid") ?? ""] = node;
        await _api.SendAsync(HttpMethod.Post, path + "/binding", binding, cancellationToken);
        _events.Normal(pod, "Scheduled", $"Successfully assigned {name.Namespace}/{name.Name} to {node}");
    }

    private string? Choose(JsonObject pod)
    {
        var nodes = _caches.Nodes.All().Where(n => NodeFit.TakesPods(n) && NodeFit.Selects(pod.At("spec"), n)).Select(n => n.ObjectName().Name).ToList();
        if (nodes.Count == 0) return null;
        var owner = Owners.ControllerUid(pod);
        var load = nodes.ToDictionary(n => n, _ => (Siblings: 0, All: 0));
        foreach (var other in _caches.Pods.All().Where(p => !PodCondition.IsDone(p)))
        {
            var uid = other.Text("metadata", "uid") ?? "";
            var at = other.Text("spec", "nodeName");
            if (string.IsNullOrEmpty(at)) _bound.TryGetValue(uid, out at);
            else _bound.Remove(uid);
            if (at is null || !load.TryGetValue(at, out var counts)) continue;
            var sibling = owner is not null && Owners.ControllerUid(other) == owner && !PodCondition.IsEnding(other);
            load[at] = (counts.Siblings + (sibling ? 1 : 0), counts.All + 1);
        }

        return nodes.OrderBy(n => load[n].Siblings).ThenBy(n => load[n].All).ThenBy(n => n, StringComparer.Ordinal).First();
    }

    private async Task SayUnschedulableAsync(string path, JsonObject pod, CancellationToken cancellationToken)
    {
        var nodes = _caches.Nodes.All();
        var reasons = nodes.GroupBy(n => !NodeFit.TakesPods(n)
                ? (n.Flag("spec", "unschedulable") ?? false ? "node(s) were unschedulable" : "node(s) were not ready")
                : "node(s) didn't match Pod's node affinity/selector")
            .Select(g => $"{g.Count()} {g.Key}");
        var message = nodes.Count == 0
            ? "no nodes available to schedule pods"
            : $"0/{nodes.Count} nodes are available: {string.Join(", ", reasons)}.";
        _events.Warning(pod, "FailedScheduling", message);
        var known = pod.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "PodScheduled");
        if (known.Text("message") == message) return;
        var next = (JsonObject)pod.DeepClone();
        var status = next.Ensure("status");
        status["conditions"] = new JsonArray([
            .. next.Items("status", "conditions").Where(c => c.Text("type") != "PodScheduled").Select(c => c.DeepClone()),
            new JsonObject { ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable", ["message"] = message },
        ]);
        await _api.ReplaceAsync(path + "/status", next, _caches.Pods, cancellationToken);
    }
}
