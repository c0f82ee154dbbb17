using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Cleanup;
using Weir.Lab.Front;
using Xunit;

namespace Weir.EndToEnd;

/// <summary><c>weir lab up | status | down</c>, as a user types them, on a simulated lab: what is behind the API is not their business.</summary>
[Collection(OneAtATime.Name)]
public sealed class LabUpTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("weir-up-");

    private string Run => Path.Combine(_home.FullName, "lab");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_lab_that_was_started_in_the_background_answers_by_its_kubeconfig_until_it_is_brought_down()
    {
        var (up, printed) = await WeirAsync("up", "--detach", "--pets", "--datapath", "simulated");
        try
        {
            Assert.True(up == 0, printed);
            Assert.Contains($"export KUBECONFIG={Run}/kubeconfig\n", printed, StringComparison.Ordinal);
            Assert.Matches("""(?m)^api https://127\.0\.0\.1:\d+$""", printed);
            Assert.Matches("""(?m)^hubble 127\.0\.0\.1:\d+$""", printed);
            Assert.Matches("""(?m)^hubble-node2 127\.0\.0\.1:\d+$""", printed);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{Run}/kubeconfig"));

            using var connection = KubernetesConnection.Open($"kubeconfig:{Run}/kubeconfig");
            var pods = await connection.SendAsync(HttpMethod.Get, "/api/v1/namespaces/pets/pods", null, TestContext.Current.CancellationToken);
            Assert.Equal(9, pods.Items("items").Count());
            using var browser = new HttpClient();
            var front = printed.Split('\n').Single(l => l.StartsWith("store-front ", StringComparison.Ordinal)).Split(' ')[1];
            Assert.Contains("Pet Store", await browser.GetStringAsync(new Uri(front), TestContext.Current.CancellationToken), StringComparison.Ordinal);

            var (status, shown) = await WeirAsync("status");
            Assert.True(status == 0, shown);
            Assert.Matches(@"nodes 2 of 2 ready\npods 1[01] of 11 ready\n", shown); // the pet store is waited for, the relay is not
            Assert.Contains("datapath simulated\n", shown, StringComparison.Ordinal);

            var (again, told) = await WeirAsync("up", "--detach", "--datapath", "simulated");
            Assert.Equal(0, again);
            Assert.Contains("a lab is up already", told, StringComparison.Ordinal);
            Assert.Contains(front, told, StringComparison.Ordinal);
        }
        finally
        {
            var (down, said) = await WeirAsync("down");
            Assert.True(down == 0, said);
        }

        Assert.False(Directory.Exists(Run), "the lab's folder is left");
        Assert.Equal(["lab.lock"], Directory.EnumerateFileSystemEntries(_home.FullName).Select(Path.GetFileName));
        Assert.Equal((1, "weir lab: no lab is up.\n"), await WeirAsync("status"));
    }

    [Fact]
    public async Task A_lab_whose_process_was_killed_is_up_again_with_its_objects_at_the_same_addresses()
    {
        const string Maps = "/api/v1/namespaces/default/configmaps";
        Assert.SkipUnless(File.Exists("/usr/bin/setsid"), "needs setsid");
        var (up, printed) = await WeirAsync("up", "--detach", "--pets", "--datapath", "simulated");
        try
        {
            Assert.True(up == 0, printed);
            var before = LabServices.Read(Run)!;
            using var connection = KubernetesConnection.Open($"kubeconfig:{before.KubeconfigPath}");
            var made = await connection.SendAsync(HttpMethod.Post, Maps, JsonNode.Parse("""{"metadata":{"name":"m"}}"""), TestContext.Current.CancellationToken);
            using (var lab = Process.GetProcessById(before.ProcessId)) lab.Kill();
            var after = await WhenAgainAsync(before.ProcessId);

            Assert.Equal(before.All.Where(s => s.Name != "process"), after.All.Where(s => s.Name != "process"));
            Assert.Equal(made.ToJsonString(), (await connection.SendAsync(HttpMethod.Get, Maps + "/m", null, TestContext.Current.CancellationToken)).ToJsonString());
            var (status, shown) = await WeirAsync("status");
            Assert.True(status == 0, shown);
        }
        finally
        {
            var (down, said) = await WeirAsync("down");
            Assert.True(down == 0, said);
        }

        Assert.False(Directory.Exists(Run), "the lab's folder is left");
    }

    [Fact]
    public async Task A_lab_that_cannot_come_up_says_why_and_leaves_nothing()
    {
        var (code, said) = await WeirAsync("up", "--detach", "--datapath", "simulated", "--nodes", "40");

        Assert.Equal(1, code);
        Assert.Contains("Nodes is 40; give 1 to 9.", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run), "the lab's folder is left");
    }

    private async Task<LabServices> WhenAgainAsync(int first)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (LabServices.Read(Run) is { ProcessId: > 0 } services && services.ProcessId != first) return services;
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(60))
                Assert.Fail($"The lab did not come up again: {await File.ReadAllTextAsync(LabLog.PathOf(Run), TestContext.Current.CancellationToken)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private Task<(int Code, string Output)> WeirAsync(string command, params string[] arguments) =>
        Built.RunAsync(TimeSpan.FromMinutes(2), ["lab", command, "--run", Run, .. arguments]);
}
