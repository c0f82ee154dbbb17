using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Manifests;

namespace Weir.Lab.Guide;

/// <summary>The pet store in a lab, as its guide sees it: through the API.</summary>
public sealed class PetStore(KubernetesConnection connection)
{
    private const string Namespace = "pets";
    private const string Policies = $"/apis/cilium.io/v2/namespaces/{Namespace}/ciliumnetworkpolicies";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deploys the store and waits until every pod is ready.</summary>
    /// <exception cref="LabException">It is not ready in time; the message says which pods.</exception>
    public async Task DeployAsync(string manifest, TimeSpan patience, CancellationToken cancellation)
    {
        await new ManifestApplier(connection, Namespace).ApplyAsync(manifest, cancellation, "pet-store.yaml");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(patience);
        while (true)
        {
            var pods = await PodsAsync(cancellation);
            var waiting = pods.Where(p => !IsReady(p)).ToList();
            if (pods.Count >= await WantedAsync(cancellation) && waiting.Count == 0) return;
            if (timeout.IsCancellationRequested)
            {
                throw new LabException(
                    $"After {patience.TotalSeconds:0} s the pet store is not ready: {string.Join("; ", waiting.Select(Explain))}. " +
                    "The agents' logs are in the lab's folder, NODE/agent.log.");
            }

            await Task.Delay(_pause, cancellation);
        }
    }

    /// <summary>The name of the first pod with this label <c>app</c>.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public async Task<string> PodOfAsync(string app, CancellationToken cancellation) =>
        (await PodsAsync(cancellation)).FirstOrDefault(p => p.Text("metadata", "labels", "app") == app).Text("metadata", "name")
        ?? throw new LabException($"No pod of namespace {Namespace} has the label app={app}.");

    /// <summary>The cluster address of a service.</summary>
    public async Task<JsonObject> ServiceAsync(string name, CancellationToken cancellation) =>
        await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{Namespace}/services/{name}", null, cancellation);

    /// <summary>One line a pod: name, ready containers, status.</summary>
    public async Task<IReadOnlyList<string>> ListPodsAsync(CancellationToken cancellation) =>
        [.. (await PodsAsync(cancellation)).Select(p => $"{p.Text("metadata", "name"),-36} {(IsReady(p) ? "1/1" : "0/1")}   {p.Text("status", "phase")}").Order()];

    /// <summary>One line a policy: name and whether it is valid.</summary>
    public async Task<IReadOnlyList<string>> ListPoliciesAsync(CancellationToken cancellation) =>
    [
        .. (await PolicyObjectsAsync(cancellation)).Select(p =>
            $"{p.Text("metadata", "name"),-32} {p.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Valid").Text("status") ?? "Unknown"}").Order(),
    ];

    /// <summary>Applies a manifest.</summary>
    public Task ApplyAsync(string manifest, CancellationToken cancellation) =>
        new ManifestApplier(connection, Namespace).ApplyAsync(manifest, cancellation, "policy.yaml");

    /// <summary>Deletes what a manifest names.</summary>
    public Task DeleteAsync(string manifest, CancellationToken cancellation) =>
        new ManifestApplier(connection, Namespace).DeleteAsync(manifest, cancellation, "policy.yaml");

    /// <summary>Deletes every policy.</summary>
    public async Task ClearPoliciesAsync(CancellationToken cancellation)
    {
        foreach (var policy in await PolicyObjectsAsync(cancellation))
            await connection.SendAsync(HttpMethod.Delete, $"{Policies}/{policy.Text("metadata", "name")}", null, cancellation);
    }

    private async Task<int> WantedAsync(CancellationToken cancellation)
    {
        var deployments = await connection.SendAsync(HttpMethod.Get, $"/apis/apps/v1/namespaces/{Namespace}/deployments", null, cancellation);
        var sets = await connection.SendAsync(HttpMethod.Get, $"/apis/apps/v1/namespaces/{Namespace}/statefulsets", null, cancellation);
        return (int)deployments.Items("items").Concat(sets.Items("items")).Sum(d => d.Number("spec", "replicas") ?? 1);
    }

    private async Task<List<JsonNode>> PodsAsync(CancellationToken cancellation) =>
        [.. (await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{Namespace}/pods", null, cancellation)).Items("items")];

    private async Task<List<JsonNode>> PolicyObjectsAsync(CancellationToken cancellation) =>
        [.. (await connection.SendAsync(HttpMethod.Get, Policies, null, cancellation)).Items("items")];

    private static bool IsReady(JsonNode pod) => pod.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    private static string Explain(JsonNode pod)
    {
        var waiting = pod.Items("status", "containerStatuses").Select(c => c.Text("state", "waiting", "message") ?? c.Text("state", "waiting", "reason")).FirstOrDefault(w => w is not null);
        return $"{pod.Text("metadata", "name")} is {pod.Text("status", "phase")}{(waiting is null ? "" : $" ({waiting})")}";
    }
}
