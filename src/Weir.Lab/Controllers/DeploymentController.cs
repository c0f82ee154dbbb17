using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Moves a Deployment's pods from one template to the next, through one ReplicaSet for each.</summary>
internal sealed class DeploymentController
{
    private const string RevisionKey = "deployment.kubernetes.io/revision";

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly TimeProvider _time;
    private readonly EventRecorder _events;
    private readonly WorkQueue<ObjectName> _queue;

    public DeploymentController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events, _time) = (api, caches, events, time);
        _queue = new WorkQueue<ObjectName>("deployment", time, logger);
        caches.Deployments.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.ReplicaSets.Changed += (before, after) =>
        {
            var set = (after ?? before)!;
            if (Owners.Controller(set, "Deployment") is { } owner)
                _queue.Add(new ObjectName(set.ObjectName().Namespace, owner.Text("name") ?? ""));
        };

        // Recreate waits for the last old pod to be gone, which no ReplicaSet's status tells.
        caches.Pods.Changed += (before, after) =>
        {
            if (after is null && Owners.Controller(before!, "ReplicaSet") is { } set
                && caches.ReplicaSets.Find(new ObjectName(before!.ObjectName().Namespace, set.Text("name") ?? "")) is { } known
                && Owners.Controller(known, "Deployment") is { } owner)
                _queue.Add(new ObjectName(before!.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private static long Wanted(JsonObject set) => set.Number("spec", "replicas") ?? 1;

    private static long Available(JsonObject set) => set.Number("status", "availableReplicas") ?? 0;

    private static string SetPath(ObjectName name) => LabApi.Path("apps", "replicasets", name.Namespace);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Deployments.Find(name) is not { } deployment || PodCondition.IsEnding(deployment)) return;
        var sets = _caches.ReplicaSets.OwnedBy(deployment.Text("metadata", "uid") ?? "").FindAll(s => !PodCondition.IsEnding(s));
        var current = sets.Find(s => HasTemplate(s, deployment));
        if (!(deployment.Flag("spec", "paused") ?? false))
        {
            current = await CurrentAsync(name, deployment, current, sets, cancellationToken);
            var old = sets.FindAll(s => s.Text("metadata", "uid") != current.Text("metadata", "uid"));
            if (deployment.Text("spec", "strategy", "type") == "Recreate") await RecreateAsync(name, deployment, current, old, cancellationToken);
            else await RollAsync(name, deployment, current, old, cancellationToken);
            await CleanUpAsync(name, deployment, old, cancellationToken);
        }
        else if (current is not null)
        {
            await ScaleAsync(name, current, deployment.Number("spec", "replicas") ?? 1, cancellationToken);
        }

        await WriteStatusAsync(name, deployment, cancellationToken);
    }

    private static bool HasTemplate(JsonObject set, JsonObject deployment)
    {
        var template = set.At("spec", "template")?.DeepClone();
        template.Map("metadata", "labels")?.Remove(PodTemplates.HashLabel);
        return JsonTree.Same(template, deployment.At("spec", "template"));
    }

    // The set of the present template, made where it is missing; a template that comes back gets its old set and a new number.
    private async Task<JsonObject> CurrentAsync(
        ObjectName name, JsonObject deployment, JsonObject? current, List<JsonObject> sets, CancellationToken cancellationToken)
    {
        var last = sets.Where(s => s != current).Select(Revision).DefaultIfEmpty(0).Max();
        if (current is null)
        {
            current = await _api.CreateAsync(SetPath(name), NewSet(name, deployment, last + 1), _caches.ReplicaSets, cancellationToken);
        }
        else if (Revision(current) <= last)
        {
            current = await AnnotateAsync($"{SetPath(name)}/{current.ObjectName().Name}", last + 1, _caches.ReplicaSets, cancellationToken);
        }

        if (deployment.Text("metadata", "annotations", RevisionKey) != current.Text("metadata", "annotations", RevisionKey))
        {
            await AnnotateAsync(
                $"{LabApi.Path("apps", "deployments", name.Namespace)}/{name.Name}", Revision(current), _caches.Deployments, cancellationToken);
        }

        return current;
    }

    private static long Revision(JsonObject set) =>
        long.TryParse(set.Text("metadata", "annotations", RevisionKey), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private Task<JsonObject> AnnotateAsync(string path, long revision, ObjectCache cache, CancellationToken cancellationToken) => _api.MergeAsync(
        path,
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RevisionKey] = revision.ToString(CultureInfo.InvariantCulture) } },
        },
        cache,
        cancellationToken);

    private static JsonObject NewSet(ObjectName name, JsonObject deployment, long revision)
    {
        var hash = PodTemplates.Hash(deployment.At("spec", "template"), deployment.Number("status", "collisionCount") ?? 0);
        var template = (JsonObject)deployment.At("spec", "template")!.DeepClone();
        template.Ensure("metadata", "labels")[PodTemplates.HashLabel] = hash;
        var selector = (deployment.Map("spec", "selector")?.DeepClone() as JsonObject) ?? [];
        selector.Ensure("matchLabels")[PodTemplates.HashLabel] = hash;
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{name.Name}-{hash}",
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject { [RevisionKey] = revision.ToString(CultureInfo.InvariantCulture) },
                ["ownerReferences"] = Owners.Reference(deployment),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template },
        };
    }

    private async Task RecreateAsync(
        ObjectName name, JsonObject deployment, JsonObject current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        foreach (var set in old) await ScaleAsync(name, set, 0, cancellationToken);
        if (old.Any(s => _caches.Pods.OwnedBy(s.Text("metadata", "uid") ?? "").Any(p => !PodCondition.IsDone(p)))) return;
        await ScaleAsync(name, current, deployment.Number("spec", "replicas") ?? 1, cancellationToken);
    }

    private async Task RollAsync(
        ObjectName name, JsonObject deployment, JsonObject current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var limits = RolloutLimits.Of(deployment);
        var all = Wanted(current) + old.Sum(Wanted);
        var grown = limits.NewReplicas(Wanted(current), all, old.Sum(Wanted) > 0);
        current = await ScaleAsync(name, current, grown, cancellationToken);
        all = grown + old.Sum(Wanted);

        // What is not available anyway goes first, then what the new set's available pods make room for.
        var removable = all - limits.MinAvailable - (grown - Available(current));
        foreach (var set in old.Where(s => Wanted(s) > 0).OrderBy(s => s.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ToList())
        {
            if (removable <= 0) break;
            var idle = Wanted(set) - Available(set);
            var take = Math.Min(Math.Max(0, idle), removable);
            if (take == 0) continue;
            old[old.IndexOf(set)] = await ScaleAsync(name, set, Wanted(set) - take, cancellationToken);
            removable -= take;
        }

        var spare = Available(current) + old.Sum(s => Math.Min(Available(s), Wanted(s))) - limits.MinAvailable;
        foreach (var set in old.Where(s => Wanted(s) > 0).OrderBy(s => s.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ToList())
        {
            if (spare <= 0) break;
            var take = Math.Min(Wanted(set), spare);
            await ScaleAsync(name, set, Wanted(set) - take, cancellationToken);
            spare -= take;
        }
    }

    private async Task<JsonObject> ScaleAsync(ObjectName name, JsonObject set, long replicas, CancellationToken cancellationToken)
    {
        if (Wanted(set) == replicas) return set;
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } };
        if (_caches.Deployments.Find(name) is { } deployment)
        {
            var how = replicas > Wanted(set) ? "up" : "down";
            _events.Normal(deployment, "ScalingReplicaSet", $"Scaled {how} replica set {set.ObjectName().Name} from {Wanted(set)} to {replicas}");
        }

        return await _api.MergeAsync($"{SetPath(name)}/{set.ObjectName().Name}", patch, _caches.ReplicaSets, cancellationToken);
    }

    private async Task CleanUpAsync(ObjectName name, JsonObject deployment, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var keep = (int)Math.Clamp(deployment.Number("spec", "revisionHistoryLimit") ?? 10, 0, int.MaxValue);
        var idle = old.Where(s => Wanted(s) == 0 && (s.Number("status", "replicas") ?? 0) == 0).OrderByDescending(Revision).Skip(keep);
        foreach (var set in idle) await _api.DeleteAsync(SetPath(name), set, _caches.ReplicaSets, cancellationToken);
    }

    private async Task WriteStatusAsync(ObjectName name, JsonObject deployment, CancellationToken cancellationToken)
    {
        deployment = _caches.Deployments.Find(name) ?? deployment;
        var sets = _caches.ReplicaSets.OwnedBy(deployment.Text("metadata", "uid") ?? "");
        var current = sets.Find(s => HasTemplate(s, deployment));
        try
        {
            await StatusWriter.WriteAsync(
                _api,
                $"{LabApi.Path("apps", "deployments", name.Namespace)}/{name.Name}",
                deployment,
                DeploymentStatus.Of(deployment, current, sets, _time.GetUtcNow()),
                _caches.Deployments,
                cancellationToken);
        }
        catch (ApiRefusedException gone) when (gone.IsNotFound)
        {
            // Deleted meanwhile.
        }
    }
}
