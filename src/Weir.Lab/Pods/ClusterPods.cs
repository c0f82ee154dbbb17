using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Pods;

/// <summary>The pods of the lab's API server.</summary>
internal sealed class ClusterPods(KubernetesConnection connection, string node, TimeProvider time, ILogger logger) : IPodApi
{
    private readonly EventRecorder _events = new(connection, "kubelet", node, time);

    public Task FollowAsync(string name, Action<IReadOnlyList<JsonObject>> all, Action<JsonObject> changed, Action<JsonObject> removed, CancellationToken cancellation)
    {
        var path = $"/api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={name}")}";
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

    public async Task<JsonObject?> FindAsync(string plural, string ns, string name, CancellationToken cancellation)
    {
        try
        {
            return await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/{plural}/{name}", null, cancellation);
        }
        catch (ApiRefusedException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public async Task<string> TokenAsync(PodSpec pod, string? audience, long seconds, CancellationToken cancellation)
    {
        var spec = new JsonObject
        {
            ["expirationSeconds"] = seconds,
            ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod.Key.Name, ["uid"] = pod.Key.Uid },
        };
        if (audience is not null) spec["audiences"] = new JsonArray(audience);
        var request = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec };
        try
        {
            var answer = await connection.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/{pod.Key.Namespace}/serviceaccounts/{pod.ServiceAccount}/token", request, cancellation);
            return answer.Text("status", "token") ?? "";
        }
        catch (ApiRefusedException e)
        {
            throw new LabException($"failed to fetch token: {e.Message}", e);
        }
    }

    public void Tell(PodSpec pod, bool isWarning, string reason, string message, string? field)
    {
        var about = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = pod.Metadata.DeepClone() };
        if (isWarning) _events.Warning(about, reason, message, field);
        else _events.Normal(about, reason, message, field);
    }

    public Task TellAllAsync(CancellationToken cancellation) => _events.RunAsync(cancellation);

    private static string PathOf(PodKey pod) => $"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}";
}
