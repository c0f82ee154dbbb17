using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Cleanup;
using Weir.Lab.Front;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>A lab whose process is killed while it is written to, on real pods.</summary>
[Collection(OneAtATime.Name)]
public sealed class KilledLabTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Counter = """
        {
          "metadata": { "name": "counter" },
          "spec": { "containers": [{ "name": "c", "image": "busybox", "command": ["sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done"] }] }
        }
        """;

    // Two that listen, one of which nobody may reach, and one that tries both for as long as it lives.
    private const string Listener = """
        {
          "metadata": { "name": "NAME", "labels": { "app": "NAME" } },
          "spec": { "containers": [{ "name": "c", "image": "weir/pet-store:1", "args": ["product-service"], "readinessProbe": { "httpGet": { "path": "/health", "port": 3002 } } }] }
        }
        """;
    private const string Prober = """
        {
          "metadata": { "name": "prober" },
          "spec": { "containers": [{ "name": "c", "image": "busybox", "command": ["sh", "-c", "while :; do for s in 'open OPEN' 'shut SHUT'; do nc -z -w1 ${s#* } 3002 >/dev/null 2>&1 && echo ${s% *}-yes || echo ${s% *}-no; done; sleep 0.1; done"] }] }
        }
        """;
    private const string Asker = """
        {
          "metadata": { "name": "asker" },
          "spec": { "restartPolicy": "Never", "containers": [{ "name": "c", "image": "busybox", "command": ["nc", "-z", "-w5", "kubernetes.default.svc", "443"] }] }
        }
        """;
    private const string Policy = """
        { "metadata": { "name": "shut" }, "spec": { "endpointSelector": { "matchLabels": { "app": "shut" } }, "ingress": [{ "fromEntities": ["host"] }] } }
        """;

    private readonly string _run = $"/run/weir/killed{Environment.ProcessId}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_is_there_pods_go_on_running_and_their_output_is_whole()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var (up, said) = await WeirAsync("up", "--detach", "--datapath", "ebpf");
        try
        {
            Assert.True(up == 0, said);
            using var connection = KubernetesConnection.Open($"kubeconfig:{LabServices.KubeconfigOf(_run)}");
            await connection.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", JsonNode.Parse(Counter), Ct);
            await ProbeAsync(connection);
            var before = await WhenRunningAsync(connection, "counter");
            var first = LabServices.Read(_run)!.ProcessId;

            var answered = new ConcurrentDictionary<string, long>();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var writers = Enumerable.Range(0, 4).Select(w => WriteAsync(connection, w, answered, enough.Token)).ToList();
            while (answered.Count < 200) await Task.Delay(5, Ct);
            using (var lab = Process.GetProcessById(first)) lab.Kill();
            await WhenAgainAsync(first);
            await enough.CancelAsync();
            await Task.WhenAll(writers);

            var list = await connection.SendAsync(HttpMethod.Get, Maps, null, Ct);
            var kept = list.Items("items").ToDictionary(i => i.Text("metadata", "name")!, i => long.Parse(i.Text("metadata", "resourceVersion")!, null));
            Assert.All(answered, a => Assert.Equal(a.Value, kept.GetValueOrDefault(a.Key)));
            Assert.Equal(kept.Count, kept.Values.Distinct().Count());

            var after = await WhenRunningAsync(connection, "counter");
            Assert.Equal(Shape(before), Shape(after));
            var counted = await WhenLongerAsync(LogOf("counter"), 10);
            Assert.Equal(Enumerable.Range(1, counted.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)), counted);

            // What was allowed and what was denied stayed so, also while no agent ran.
            var probed = await WhenLongerAsync(LogOf("prober"), 10);
            Assert.Equal(["open-yes", "shut-no"], probed.Distinct().Order());

            // Pods reach the API of the lab that goes on.
            await connection.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", JsonNode.Parse(Asker), Ct);
            Assert.Equal("Succeeded", (await WhenAsync(connection, "asker", p => p.Text("status", "phase") is "Succeeded" or "Failed")).Text("status", "phase"));
        }
        finally
        {
            var (down, left) = await WeirAsync("down");
            Assert.True(down == 0, left);
            File.Delete(_run + ".lock"); // nobody else will ever take it
        }

        Assert.False(Directory.Exists(_run), "the lab's folder is left");
        Assert.DoesNotContain(_run, await File.ReadAllTextAsync("/proc/self/mounts", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(CommandOf), c => c.Contains(_run, StringComparison.Ordinal));
    }

    private async Task ProbeAsync(KubernetesConnection connection)
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await connection.SendAsync(HttpMethod.Post, "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies", JsonNode.Parse(Policy), Ct);
        foreach (var name in (string[])["open", "shut"])
            await connection.SendAsync(HttpMethod.Post, Pods, JsonNode.Parse(Listener.Replace("NAME", name, StringComparison.Ordinal)), Ct);
        var open = (await WhenRunningAsync(connection, "open")).Text("status", "podIP");
        var shut = (await WhenRunningAsync(connection, "shut")).Text("status", "podIP");
        await connection.SendAsync(
            HttpMethod.Post, Pods, JsonNode.Parse(Prober.Replace("OPEN", open, StringComparison.Ordinal).Replace("SHUT", shut, StringComparison.Ordinal)), Ct);
        await WhenRunningAsync(connection, "prober");
        await WhenLongerAsync(LogOf("prober"), 4);
    }

    private string LogOf(string pod) =>
        Directory.EnumerateFiles($"{_run}/pods", "log.0", SearchOption.AllDirectories).Single(f => f.Contains($"default_{pod}_", StringComparison.Ordinal));

    // Only what was answered counts; what was under way when the lab died may be there or not.
    private static async Task WriteAsync(KubernetesConnection connection, int writer, ConcurrentDictionary<string, long> answered, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            try
            {
                var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"w{writer}-{i}" } };
                var made = await connection.SendAsync(HttpMethod.Post, Maps, body, enough);
                answered[made.Text("metadata", "name")!] = long.Parse(made.Text("metadata", "resourceVersion")!, null);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(20, Ct);
            }
        }
    }

    private async Task WhenAgainAsync(int first)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (LabServices.Read(_run) is not { ProcessId: > 0 and var now } || now == first)
        {
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(60))
                Assert.Fail($"The lab did not come up again: {await File.ReadAllTextAsync(LabLog.PathOf(_run), Ct)}");
            await Task.Delay(50, Ct);
        }
    }

    private static Task<JsonObject> WhenRunningAsync(KubernetesConnection connection, string name) =>
        WhenAsync(connection, name, pod => pod.Items("status", "containerStatuses").Any(c => c.Flag("ready") ?? false));

    private static async Task<JsonObject> WhenAsync(KubernetesConnection connection, string name, Func<JsonObject, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var pod = await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/default/pods/{name}", null, patience.Token);
            if (holds(pod)) return pod;
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>What a container has said, once it said so many lines more.</summary>
    private static async Task<List<string>> WhenLongerAsync(string log, int lines)
    {
        var before = await ReadAsync(log);
        while (true)
        {
            var now = await ReadAsync(log);
            if (now.Count > before.Count + lines) return now;
            await Task.Delay(50, Ct);
        }
    }

    private static async Task<List<string>> ReadAsync(string log)
    {
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync(Ct);
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[3])];
    }

    private static (string?, string?, string?, long?) Shape(JsonObject pod)
    {
        var container = pod.Items("status", "containerStatuses").Single();
        return (container.Text("containerID"), container.Text("state", "running", "startedAt"), pod.Text("status", "podIP"), container.Number("restartCount"));
    }

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private Task<(int Code, string Output)> WeirAsync(string command, params string[] arguments) =>
        Built.RunAsync(TimeSpan.FromMinutes(2), ["lab", command, "--run", _run, .. arguments]);
}
