using System.Text.Json.Nodes;
using Xunit;

namespace Weir.EndToEnd;

/// <summary><c>weir lab run</c>, as a user types it.</summary>
[Collection(OneAtATime.Name)]
public sealed class LabRunTests
{
    [Fact]
    public async Task On_real_pods_every_step_holds_its_flow_proves_it_and_nothing_is_left()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var report = Path.Combine(Directory.CreateTempSubdirectory("weir-e2e-").FullName, "r.json");
        try
        {
            var (code, output) = await Built.RunAsync(TimeSpan.FromMinutes(4), "lab", "run", "--datapath", "ebpf", "--report", report);

            Assert.True(code == 0, output);
            var written = JsonNode.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken))!;
            Assert.Equal("ebpf", (string?)written["datapath"]);
            Assert.All(written["steps"]!.AsArray(), step => Assert.True((bool)step!["pass"]!, step.ToJsonString()));
            Assert.All(
                written["steps"]!.AsArray().Where(s => ((string)s!["id"]!).StartsWith("deny-", StringComparison.Ordinal)),
                step => Assert.Contains("DENIED BY allow-order-service-traffic", (string?)step!["flow"], StringComparison.Ordinal));
            Assert.DoesNotContain("/run/weir/lab/", await File.ReadAllTextAsync("/proc/self/mounts", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.False(Directory.Exists("/run/weir/lab"), "the lab's folder is left");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(report)!, recursive: true);
        }
    }

    [Fact]
    public async Task A_wrong_option_is_explained_without_a_stack_trace()
    {
        var (code, output) = await Built.RunAsync(TimeSpan.FromSeconds(30), "observe", "--since", "yesterday");

        Assert.Equal(2, code);
        Assert.Equal("weir observe: --since: 'yesterday' is neither a duration such as 5m or 1h30m nor a time such as 2026-03-01T10:00:00Z.\n", output);
    }
}
