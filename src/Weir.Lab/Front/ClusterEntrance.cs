using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Lab.Network;
using Weir.Linux;

namespace Weir.Lab.Front;

/// <summary>The pods' way to the API server: each node listens for it, and the service <c>kubernetes</c> leads there.</summary>
/// <remarks>TLS goes through untouched: a pod sees the server's own certificate, and the server the pod's token.</remarks>
internal static class ClusterEntrance
{
    private const int Port = 6443;

    /// <summary>Listens on every node.</summary>
    /// <param name="relay">Carries the connections.</param>
    /// <param name="nodes">The nodes' namespaces, from node1 on.</param>
    /// <param name="apiPort">The server's port on the machine's loopback.</param>
    public static void Open(SocketRelay relay, IReadOnlyList<NetworkNamespace> nodes, int apiPort)
    {
        for (var number = 1; number <= nodes.Count; number++)
        {
            var listener = nodes[number - 1].OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

            // What an earlier lab's connections left waiting must not keep this one from listening.
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(new IPEndPoint(AddressOf(number), Port));
            listener.Listen();
            relay.Accept(listener, stop => SocketRelay.DialLoopbackAsync(apiPort, stop));
        }
    }

    /// <summary>Makes the service <c>kubernetes</c>, which selects no pods, lead to the nodes.</summary>
    public static async Task PublishAsync(KubernetesConnection connection, int nodes, CancellationToken cancellation)
    {
        List<string> addresses = [.. Enumerable.Range(1, nodes).Select(n => AddressOf(n).ToString())];
        await EnsureAsync(connection, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", Slice(addresses), cancellation);
        await EnsureAsync(connection, "/api/v1/namespaces/default/endpoints", Endpoints(addresses), cancellation);
    }

    // The service has an address of this family alone, as in a cluster.
    private static IPAddress AddressOf(int node) => LabAddresses.Node(node).Single(a => a.AddressFamily == AddressFamily.InterNetwork);

    private static JsonObject Slice(IEnumerable<string> addresses) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kubernetes", ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" } },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. addresses.Select(a => (JsonNode)new JsonObject
        {
            ["addresses"] = new JsonArray(a), ["conditions"] = new JsonObject { ["ready"] = true },
        })]),
        ["ports"] = new JsonArray(PortDocument()),
    };

    private static JsonObject Endpoints(IEnumerable<string> addresses) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kubernetes", ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" } },
        ["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray([.. addresses.Select(a => (JsonNode)new JsonObject { ["ip"] = a })]),
            ["ports"] = new JsonArray(PortDocument()),
        }),
    };

    private static JsonObject PortDocument() => new() { ["name"] = "https", ["port"] = Port, ["protocol"] = "TCP" };

    private static async Task EnsureAsync(KubernetesConnection connection, string collection, JsonObject document, CancellationToken cancellation)
    {
        try
        {
            await connection.SendAsync(HttpMethod.Post, collection, document, cancellation);
        }
        catch (ApiRefusedException there) when (there.IsConflict)
        {
            // As wanted: a lab goes on.
        }
    }
}
