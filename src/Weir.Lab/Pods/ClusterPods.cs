using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Watch;

namespace Weir.Lab.Pods;

/// <summary>The pods of the lab's API server.</summary>
internal sealed class ClusterPods(KubernetesConnection connection, TimeProvider time, ILogger logger) : IPodApi
{
    public Task FollowAsync(string node, Action<IReadOnlyList<JsonObject>> all, Action<JsonObject> changed, Action<JsonObject> removed, CancellationToken cancellation)
    {
        var path = $"/api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={node}")}";
        return new Reflector(connection, path, new ClusterWatchOptions(), time, logger) { Listed = all, Changed = changed, Removed = removed }.RunAsync(cancellation);
    }

    public async Task WriteStatusAsync(PodKey pod, JsonObject status, CancellationToken cancellation)
    {
        // The uid in the patch makes it fail for a pod of the same name that came after.
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid }, ["status"] = status };
        try
        {
            await connection.SendAsync(HttpMethod.Patch, $"{PathOf(pod)}/status", patch, cancellation, "application/merge-patch+json");
        }
        catch (ApiRefusedException e) when (e.IsNotFound || e.IsConflict || e.Code == 422)
        {
            // Gone, or another one by now.
        }
    }

    public async Task ConfirmStoppedAsync(PodKey pod, CancellationToken cancellation)
    {
        var options = new JsonObject { ["gracePeriodSeconds"] = 0, ["preconditions"] = new JsonObject { ["uid"] = pod.Uid } };
        try
        {
            await connection.SendAsync(HttpMethod.Delete, PathOf(pod), options, cancellation);
        }
        catch (ApiRefusedException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone already.
        }
    }

    public async Task<IReadOnlyList<JsonObject>> ListServicesAsync(string ns, CancellationToken cancellation)
    {
        var own = await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/services", null, cancellation);
        List<JsonObject> found = [.. PodSpec.Items(own, "items")];
        if (ns == "default") return found;
        var others = await connection.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/services", null, cancellation);
        found.AddRange(PodSpec.Items(others, "items").Where(s => (string?)s["metadata"]?["name"] == "kubernetes"));
        return found;
    }

    private static string PathOf(PodKey pod) => $"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}";
}
