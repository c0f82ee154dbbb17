using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Lab.Api;
using Weir.Lab.Api.Access;

namespace Weir.Bench;

/// <summary>How long the lab's API server takes to list many pods, whole and as the command line's table, over TLS; and what they cost in memory.</summary>
/// <remarks>The bar: 10,000 pods in under 500 ms.</remarks>
internal static class ListLatency
{
    private const string Path = "/api/v1/namespaces/default/pods";
    private const int Rounds = 15;

    private static readonly string _container = """
        {"name":"NAME","image":"weir/pet-store:1","args":["order-service"],"ports":[{"containerPort":3000}],
         "env":[{"name":"A","value":"one"},{"name":"B","value":"two"}],
         "resources":{"requests":{"cpu":"10m","memory":"50Mi"},"limits":{"cpu":"100m","memory":"128Mi"}},
         "readinessProbe":{"httpGet":{"path":"/health","port":3000},"periodSeconds":5}}
        """;

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync()
    {
        await Console.Out.WriteLineAsync("| pods | KiB each | written, 1/s | list, ms | list as a table, ms | page of 500, ms | memory, MiB |");
        await Console.Out.WriteLineAsync("|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var pods in (int[])[100, 1_000, 10_000]) await RunAsync(pods);
    }

    private static async Task RunAsync(int pods)
    {
        var folder = Directory.CreateTempSubdirectory("weir-bench-");
        try
        {
            using var keys = ApiKeys.Open(System.IO.Path.Combine(folder.FullName, "keys"), TimeProvider.System);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await using var server = new ApiServer(new ApiServerOptions
            {
                Keys = keys,
                Loopback = new IPEndPoint(IPAddress.Loopback, 0),
                SocketPath = System.IO.Path.Combine(folder.FullName, "api.sock"),
                DatabasePath = System.IO.Path.Combine(folder.FullName, "api.db"),
            });
            await server.StartAsync(CancellationToken.None);
            using var api = KubernetesConnection.Open($"unix:{folder.FullName}/api.sock");
            await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"default"}}"""), CancellationToken.None);
            var since = Stopwatch.GetTimestamp();
            for (var i = 0; i < pods; i++) await CreateAsync(api, i);
            var written = pods / Stopwatch.GetElapsedTime(since).TotalSeconds;

            using var client = Client(server.Port, keys);
            var (whole, bytes) = await MeasureAsync(client, Path, "application/json");
            var (table, _) = await MeasureAsync(client, Path, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
            var (page, _) = await MeasureAsync(client, Path + "?limit=500", "application/json");
            var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / 1024;
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"| {pods} | {bytes / 1024.0 / pods:0.0} | {written:0} | {whole:0.0} | {table:0.0} | {page:0.0} | {memory:0} |"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<JsonObject> CreateAsync(KubernetesConnection api, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"order-service-6fb557b488-{number:00000}");
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "order-service", ["pod-template-hash"] = "6fb557b488" } },
            ["spec"] = new JsonObject { ["nodeName"] = "node1", ["containers"] = new JsonArray(JsonNode.Parse(_container.Replace("NAME", "order-service", StringComparison.Ordinal))) },
        };
        return api.SendAsync(HttpMethod.Post, Path, pod, CancellationToken.None);
    }

    private static HttpClient Client(int port, ApiKeys keys)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(keys.AuthorityPem));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = policy;
        var client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", keys.Token);
        return client;
    }

    /// <summary>The median time until the last byte is read.</summary>
    private static async Task<(double Milliseconds, long Bytes)> MeasureAsync(HttpClient client, string path, string accept)
    {
        var spent = new List<double>();
        long bytes = 0;
        for (var round = 0; round < Rounds + 2; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            var since = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync();
            using var counted = new MemoryStream();
            await body.CopyToAsync(counted);
            bytes = counted.Length;
            if (round >= 2) spent.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        spent.Sort();
        return (spent[spent.Count / 2], bytes);
    }
}
