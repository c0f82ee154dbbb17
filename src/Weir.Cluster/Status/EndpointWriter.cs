using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Status;

/// <summary>Writes <c>CiliumEndpoint</c> objects for the pods of one node.</summary>
public sealed class EndpointWriter(KubernetesConnection connection)
{
    // Nobody else writes a live pod's report, so a conflict is rare and a few tries are plenty.
    private const int MaxTries = 5;

    /// <summary>Creates the report or brings it up to date; writes nothing where it says so already.</summary>
    /// <exception cref="ApiRefusedException">The server refused, or another writer was faster every time.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task WriteAsync(EndpointReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        var collection = Collection(report.Pod);
        for (var tried = 1; ; tried++)
        {
            try
            {
                await WriteOnceAsync(report, collection, cancellationToken);
                return;
            }
            catch (ApiRefusedException conflict) when (conflict.IsConflict && tried < MaxTries)
            {
                // Read again, write again.
            }
        }
    }

    /// <summary>Takes the report away; it may be gone already.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task RemoveAsync(ObjectName pod, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(HttpMethod.Delete, $"{Collection(pod)}/{pod.Name}", null, cancellationToken);
        }
        catch (ApiRefusedException gone) when (gone.IsNotFound)
        {
            // As wanted.
        }
    }

    private static string Collection(ObjectName pod) => $"/apis/cilium.io/v2/namespaces/{pod.Namespace}/ciliumendpoints";

    private async Task WriteOnceAsync(EndpointReport report, string collection, CancellationToken cancellationToken)
    {
        JsonObject document;
        try
        {
            document = await connection.SendAsync(HttpMethod.Get, $"{collection}/{report.Pod.Name}", null, cancellationToken);
        }
        catch (ApiRefusedException missing) when (missing.IsNotFound)
        {
            document = [];
            Fill(document, report);
            await connection.SendAsync(HttpMethod.Post, collection, document, cancellationToken);
            return;
        }

        var before = document.DeepClone();
        Fill(document, report);
        if (!JsonTree.Same(before, document))
            await connection.SendAsync(HttpMethod.Put, $"{collection}/{report.Pod.Name}", document, cancellationToken);
    }

    private static void Fill(JsonObject document, EndpointReport report)
    {
        document["apiVersion"] = "cilium.io/v2";
        document["kind"] = "CiliumEndpoint";
        var meta = document.Ensure("metadata");
        meta["name"] = report.Pod.Name;
        meta["namespace"] = report.Pod.Namespace;
        meta["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = report.Pod.Name, ["uid"] = report.PodUid,
        });
        var pair = new JsonObject();
        foreach (var address in report.Addresses) pair[address.IsIPv4 ? "ipv4" : "ipv6"] = address.ToString();
        document["status"] = new JsonObject
        {
            ["id"] = report.EndpointId,
            ["external-identifiers"] = new JsonObject
            {
                ["k8s-namespace"] = report.Pod.Namespace,
                ["k8s-pod-name"] = report.Pod.Name,
                ["pod-name"] = report.Pod.ToString(),
            },
            ["identity"] = new JsonObject
            {
                ["id"] = report.Identity.Value,
                ["labels"] = new JsonArray([.. report.Labels.Labels.Select(l => (JsonNode)l.ToString())]),
            },
            ["networking"] = new JsonObject { ["addressing"] = new JsonArray(pair), ["node"] = report.Node.ToString() },
            ["state"] = "ready",
        };
    }
}
