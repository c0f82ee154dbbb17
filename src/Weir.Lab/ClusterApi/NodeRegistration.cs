using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Lab.Network;
using Weir.Lab.Pods;

namespace Weir.Lab.ClusterApi;

/// <summary>Makes the API server know the lab's nodes.</summary>
internal static class NodeRegistration
{
    /// <summary>Creates a node's object and reports it ready.</summary>
    public static async Task RegisterAsync(KubernetesConnection connection, int number, TimeProvider time, CancellationToken cancellation)
    {
        var name = LabAddresses.NodeName(number);
        var ranges = LabAddresses.PodRanges(number).Select(r => r.ToString()).ToList();
        var node = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject
                {
                    ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = "amd64",
                },
            },
            ["spec"] = new JsonObject { ["podCIDR"] = ranges[0], ["podCIDRs"] = new JsonArray([.. ranges.Select(r => (JsonNode)r)]) },
        };
        await EnsureAsync(connection, "/api/v1/nodes", node, cancellation);
        var now = ContainerState.Timestamp(time.GetUtcNow());
        var status = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(
                [
                    .. LabAddresses.Node(number).Select(a => new JsonObject { ["type"] = "InternalIP", ["address"] = a.ToString() }),
                    new JsonObject { ["type"] = "Hostname", ["address"] = name },
                ]),
                ["capacity"] = new JsonObject { ["pods"] = "110" },
                ["allocatable"] = new JsonObject { ["pods"] = "110" },
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "the lab's node is up",
                    ["lastHeartbeatTime"] = now, ["lastTransitionTime"] = now,
                }),
                ["nodeInfo"] = new JsonObject
                {
                    ["kubeletVersion"] = "v1.33.0-weir", ["osImage"] = "Weir lab", ["operatingSystem"] = "linux", ["architecture"] = "amd64",
                    ["kernelVersion"] = Environment.OSVersion.Version.ToString(), ["containerRuntimeVersion"] = "runc://1",
                },
            },
        };
        await connection.SendAsync(HttpMethod.Patch, $"/api/v1/nodes/{name}/status", status, cancellation, "application/merge-patch+json");
    }

    private static async Task EnsureAsync(KubernetesConnection connection, string collection, JsonObject document, CancellationToken cancellation)
    {
        try
        {
            await connection.SendAsync(HttpMethod.Post, collection, document, cancellation);
        }
        catch (ApiRefusedException e) when (e.IsConflict)
        {
            // As wanted.
        }
    }
}
