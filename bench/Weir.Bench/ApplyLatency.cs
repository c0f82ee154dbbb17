using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Agent;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Bench;

/// <summary>How long an agent with many pods takes to enforce an edit, on the kernel's own tables.</summary>
/// <remarks>Run by <c>bench/apply</c>, which makes the network namespace with the pods' interfaces.</remarks>
internal static class ApplyLatency
{
    private const string Policies = "/apis/cilium.io/v2/namespaces/bench/ciliumnetworkpolicies";

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync(string folder, int pods, int edits)
    {
        await using var server = new ApiServer(new ApiServerOptions { SocketPath = Path.Combine(folder, "api.sock") });
        await server.StartAsync(CancellationToken.None);
        using var api = KubernetesConnection.Open("unix:" + Path.Combine(folder, "api.sock"));
        foreach (var ns in (string[])["kube-system", "bench"]) await CreateAsync(api, "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        await CreateAsync(api, "/api/v1/nodes", """
            {"metadata":{"name":"node1"},"spec":{"podCIDRs":["192.168.0.0/20","fd00:192:168::/64"]},
             "status":{"addresses":[{"type":"InternalIP","address":"172.18.0.11"}]}}
            """);
        using var stop = new CancellationTokenSource();
        var agent = AgentHost.RunAsync(
            new AgentOptions { NodeName = "node1", Api = api.Address, RunFolder = folder, Bpffs = Path.Combine(folder, "bpf") },
            NullLoggerFactory.Instance,
            stop.Token);
        while (!File.Exists(Path.Combine(folder, "observe.sock")))
        {
            if (await Task.WhenAny(agent, Task.Delay(20)) == agent) await agent;
        }

        for (var i = 1; i <= pods; i++) await AttachAsync(api, folder, i);

        var spent = new List<double>();
        await CreateAsync(api, Policies, Policy("p0"));
        for (var i = 0; i < edits; i++)
        {
            // Every edit changes the tables of every pod: they all have the label that the policy selects.
            var edited = await api.SendAsync(
                HttpMethod.Patch, $"{Policies}/p", JsonNode.Parse(Policy($"p{(i + 1) % pods}")), CancellationToken.None, "application/merge-patch+json");
            var since = Stopwatch.GetTimestamp();
            var wanted = edited.Number("metadata", "generation");
            while (await GenerationAsync(folder) != wanted)
            {
                // Asked again at once: a pause would be measured too.
            }

            spent.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        spent.Sort();
        await Console.Out.WriteLineAsync("| pods | edits | p50 | p99 | longest |\n|---|---|---|---|---|");
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {pods} | {edits} | {At(0.5):0.0} ms | {At(0.99):0.0} ms | {spent[^1]:0.0} ms |"));
        await stop.CancelAsync();
        await agent;

        double At(double share) => spent[Math.Min(spent.Count - 1, (int)(share * spent.Count))];
    }

    private static string Policy(string peer) => $$$"""
        {"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"p"},
         "spec":{"endpointSelector":{"matchLabels":{"all":"yes"}},
                 "ingress":[{"fromEndpoints":[{"matchLabels":{"app":"{{{peer}}}"}}],"toPorts":[{"ports":[{"port":"80","protocol":"TCP"}]}]}]}}
        """;

    private static async Task AttachAsync(KubernetesConnection api, string folder, int number)
    {
        var pod = await CreateAsync(api, "/api/v1/namespaces/bench/pods", $$$"""
            {"metadata":{"name":"pod-{{{number}}}","labels":{"app":"p{{{number}}}","all":"yes"}},"spec":{"nodeName":"node1","containers":[{"name":"c","image":"i"}]}}
            """);
        var allocated = await AskAsync(folder, $$$"""{"op":"allocate","containerId":"c{{{number}}}","ifName":"eth0","namespace":"bench","pod":"pod-{{{number}}}","uid":"{{{pod.Text("metadata", "uid")}}}"}""");
        var attached = await AskAsync(folder, $$$"""{"op":"attach","endpointId":{{{allocated["endpointId"]}}}}""");
        if ((bool?)attached["ok"] != true) throw new InvalidOperationException(attached.ToJsonString());
    }

    private static Task<JsonObject> CreateAsync(KubernetesConnection api, string path, string json) =>
        api.SendAsync(HttpMethod.Post, path, JsonNode.Parse(json), CancellationToken.None);

    private static async Task<long?> GenerationAsync(string folder) =>
        (await AskAsync(folder, """{"op":"policies"}""")).Number("policies", "CiliumNetworkPolicy bench/p");

    private static async Task<JsonNode> AskAsync(string folder, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder, "agent.sock")));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"));
        using var reader = new StreamReader(stream);
        return JsonNode.Parse((await reader.ReadLineAsync())!)!;
    }
}
