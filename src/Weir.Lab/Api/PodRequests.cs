using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>What schedulers and drains ask of a pod.</summary>
internal sealed class PodRequests(ObjectStore store, ResourceRegistry registry, ObjectWriter writer, ObjectRemover remover, TimeProvider time)
{
    /// <summary>Binds a pod to a node: a write of its own, so that only one scheduler can win.</summary>
    public async Task BindAsync(HttpContext http, ApiTarget target)
    {
        var node = (await RequestBody.ObjectAsync(http)).Text("target", "name");
        if (string.IsNullOrEmpty(node)) throw ApiFaults.BadRequest("a Binding names its node in target.name");
        writer.Change(target, pod => Bound(target, pod, node), WriteOptions.Read(http.Request));
        await Answer.SuccessAsync(http, 201);
    }

    /// <summary>Deletes a pod as a drain does, unless a disruption budget holds it.</summary>
    /// <exception cref="ApiStatusException">A budget has no room for it now (429).</exception>
    public async Task EvictAsync(HttpContext http, ApiTarget target)
    {
        var body = await RequestBody.ObjectAsync(http);
        var options = (body.Map("deleteOptions")?.DeepClone() as JsonObject) ?? [];
        var dryRun = http.Request.Query["dryRun"].Count > 0 || options.Items("dryRun").Any();
        CheckBudgets(target);
        remover.Delete(target with { Subresource = "" }, options, dryRun);
        await Answer.SuccessAsync(http, 201);
    }

    private void CheckBudgets(ApiTarget target)
    {
        var pod = store.Find(target.Kind, target.Namespace, target.Name)?.Document() ?? throw ApiFaults.NotFound(target.Kind, target.Name);

        // What has ended, or has not begun, is missed by nobody.
        if (pod.Text("status", "phase") is "Succeeded" or "Failed" or "Pending" || pod.Text("metadata", "deletionTimestamp") is not null) return;
        var budgets = store.List(registry.Find("policy", "v1", "poddisruptionbudgets")!, target.Namespace).Objects
            .Select(b => b.Document()).Where(b => DisruptionBudget.Covers(b, pod)).ToList();
        if (budgets.Count == 0) return;
        var pods = store.List(target.Kind, target.Namespace).Objects.Select(p => p.Document()).ToList();
        foreach (var budget in budgets)
        {
            var counts = DisruptionBudget.Count(budget, pods);
            if (counts.Allowed == 0) throw ApiFaults.Disrupted(budget.Text("metadata", "name") ?? "", counts);
        }
    }

    private JsonObject Bound(ApiTarget target, JsonObject pod, string node)
    {
        if (pod.Text("metadata", "deletionTimestamp") is not null)
            throw ApiFaults.Conflict(target.Kind, target.Name, "pod is being deleted, cannot be assigned to a host");
        if (pod.Text("spec", "nodeName") is { Length: > 0 } taken)
            throw ApiFaults.Conflict(target.Kind, target.Name, $"pod {target.Name} is already assigned to node \"{taken}\"");
        pod.Ensure("spec")["nodeName"] = node;
        pod.Ensure("status")["conditions"] = new JsonArray([
            .. pod.Items("status", "conditions").Where(c => c.Text("type") != "PodScheduled").Select(c => c.DeepClone()),
            new JsonObject
            {
                ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = Timestamps.Text(time.GetUtcNow()),
            },
        ]);
        return pod;
    }
}
