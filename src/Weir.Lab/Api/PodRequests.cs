using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>What schedulers and drains ask of a pod.</summary>
internal sealed class PodRequests(ObjectWriter writer, ObjectRemover remover, TimeProvider time)
{
    /// <summary>Binds a pod to a node: a write of its own, so that only one scheduler can win.</summary>
    public async Task BindAsync(HttpContext http, ApiTarget target)
    {
        var node = (await RequestBody.ObjectAsync(http)).Text("target", "name");
        if (string.IsNullOrEmpty(node)) throw ApiFaults.BadRequest("a Binding names its node in target.name");
        writer.Change(target, pod => Bound(target, pod, node), WriteOptions.Read(http.Request));
        await Answer.SuccessAsync(http, 201);
    }

    /// <summary>Deletes a pod as a drain does. Nothing here holds it back: the lab has no disruption budgets.</summary>
    public async Task EvictAsync(HttpContext http, ApiTarget target)
    {
        var body = await RequestBody.ObjectAsync(http);
        var options = (body.Map("deleteOptions")?.DeepClone() as JsonObject) ?? [];
        var dryRun = http.Request.Query["dryRun"].Count > 0 || options.Items("dryRun").Any();
        remover.Delete(target with { Subresource = "" }, options, dryRun);
        await Answer.SuccessAsync(http, 201);
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
