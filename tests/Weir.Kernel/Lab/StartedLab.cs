using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Lab;
using Weir.Lab.Pods;
using Weir.Linux;
using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>A lab in a folder of this test alone, with scripted agents on its nodes.</summary>
internal sealed class StartedLab : IAsyncDisposable
{
    private static int s_next;
    private readonly List<ScriptedAgent> _agents = [];

    private StartedLab(LabOptions options, LabCluster lab) => (Options, Lab) = (options, lab);

    public LabOptions Options { get; }

    public LabCluster Lab { get; }

    public static LabOptions NewOptions() => new()
    {
        RunFolder = $"/tmp/weir-lab-{Environment.ProcessId}-{Interlocked.Increment(ref s_next)}",
        WorkloadBinary = Published("Weir.Workloads", "weir-workload"),
        CniPlugin = Published("Weir.Cni", "weir-cni"),
    };

    public static async Task<StartedLab> StartAsync(Func<LabOptions, LabOptions>? change = null)
    {
        Assert.SkipUnless(ProcessLife.IsRoot, "needs root, to make network namespaces and containers");
        var options = change is null ? NewOptions() : change(NewOptions());
        Assert.SkipUnless(File.Exists(options.WorkloadBinary), $"needs {options.WorkloadBinary}: dotnet publish src/Weir.Workloads -c Release -r linux-x64");
        Assert.SkipUnless(File.Exists(options.CniPlugin), $"needs {options.CniPlugin}: dotnet publish src/Weir.Cni -c Release -r linux-x64");
        var lab = await LabCluster.StartAsync(options, null, TestContext.Current.CancellationToken);
        var started = new StartedLab(options, lab);
        for (var node = 1; node <= options.Nodes; node++) started._agents.Add(new ScriptedAgent(Path.Combine(options.RunFolder, $"node{node}", "agent.sock"), node));
        return started;
    }

    /// <summary>Waits until a pod of namespace default is ready; returns its first address.</summary>
    public Task<string> WaitForPodAsync(string pod, TimeSpan bound) => WaitForAsync("pods", pod, IsReady, null, bound);

    public async Task<string> WaitForAsync(string plural, string name, Func<JsonObject, bool> holds, string? answer, TimeSpan bound)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(bound);
        JsonObject? seen = null;
        try
        {
            while (true)
            {
                seen = await Lab.Connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/default/{plural}/{name}", null, limit.Token);
                if (holds(seen)) return answer ?? (string)seen["status"]!["podIP"]!;
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{plural}/{name} is not as expected after {bound}: {seen?.ToJsonString()}");
            throw;
        }
    }

    public static bool IsReady(JsonObject pod) =>
        pod["status"]?["conditions"] is JsonArray conditions && conditions.Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");

    public static string Repository(string path, [CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../..", path));

    public Task<JsonObject> GetAsync(string path) => Lab.Connection.SendAsync(HttpMethod.Get, path, null, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<JsonObject>> WaitForListAsync(string path, Func<IReadOnlyList<JsonObject>, bool> holds, TimeSpan bound)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(bound);
        while (true)
        {
            var list = await GetAsync(path);
            IReadOnlyList<JsonObject> items = [.. list["items"]!.AsArray().OfType<JsonObject>()];
            if (holds(items)) return items;
            if (limit.IsCancellationRequested) Assert.Fail($"{path} is not as expected after {bound}: {list.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Runs a shell command in a pod; standard output, then standard error.</summary>
    public async Task<(int Code, string Text)> ExecAsync(string pod, string command)
    {
        await using var exec = await Lab.ExecAsync("default", pod, null, ["sh", "-c", command]);
        Assert.NotNull(exec);
        exec.Input.Close();
        using var output = new StreamReader(exec.Output, Encoding.UTF8);
        using var error = new StreamReader(exec.Error, Encoding.UTF8);
        var (first, second) = (output.ReadToEndAsync(), error.ReadToEndAsync());
        var code = await exec.WaitAsync(TestContext.Current.CancellationToken);
        return (code, await first + await second);
    }

    public async Task StopAndExpectNothingAsync()
    {
        Assert.Empty(await Lab.StopAsync());
        Assert.False(Directory.Exists(Options.RunFolder));
        Assert.Empty(Mounts.Below(Options.RunFolder));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup"), h => Directory.Exists(Path.Combine(h, NodeKit.Cgroup)));
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.StopAsync();
        foreach (var agent in _agents) await agent.DisposeAsync();
        File.Delete(Options.RunFolder + ".lock");
        Assert.False(File.Exists(Options.RunFolder + ".holder"));
    }

    private static string Published(string project, string name) => Repository($"artifacts/publish/{project}/release_linux-x64/{name}");
}
