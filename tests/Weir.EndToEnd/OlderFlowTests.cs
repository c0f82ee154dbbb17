using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>Flows that no node has any more, asked of the relay: in the lab, after its agents were killed.</summary>
[Collection(OneAtATime.Name)]
public sealed class OlderFlowTests(RealLab lab) : IClassFixture<RealLab>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_relay_tells_what_the_hub_stored_of_agents_that_are_gone_and_what_their_successors_see_each_once()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        await lab.Hands.ApplyAsync(await File.ReadAllTextAsync(Path.Combine(Built.Repository, "samples/lab/flow-logs.yaml"), Ct), Ct);
        await UntilAsync(async () => (await ObserveAsync("history/history.sock")).Count >= 100, "the hub has flows");
        foreach (var agent in lab.Lab.Agents) Kill(agent.ProcessId);
        var killed = TimeProvider.System.GetUtcNow();
        var stored = (await ObserveAsync("history/history.sock")).Where(f => f.Time < killed).ToList();
        Assert.NotEmpty(stored);
        foreach (var node in (string[])["node1", "node2"])
            await UntilAsync(async () => await ObserveAsync($"{node}/observe.sock") is { Count: > 0 } now && now.TrueForAll(f => f.Time > killed), $"{node} has flows, and only new ones");

        List<(string Uuid, DateTimeOffset Time)> told = [];
        await UntilAsync(
            async () =>
            {
                told = await ObserveAsync("relay/relay.sock");
                return told.Exists(f => f.Time > killed);
            },
            "the relay tells what is new");

        Assert.Empty(stored.Select(f => f.Uuid).Except(told.Select(f => f.Uuid)));
        Assert.Equal(told.Count, told.DistinctBy(f => f.Uuid).Count());
    }

    private async Task<List<(string Uuid, DateTimeOffset Time)>> ObserveAsync(string socket)
    {
        var (code, output) = await Built.RunAsync(_patience, "observe", "--since", "1h", "-o", "json", "--server", $"unix:{Path.Combine(lab.Options.RunFolder, socket)}");
        if (code != 0) return []; // an agent that is being started
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.StartsWith('{') ? JsonNode.Parse(l)!["flow"] : null).OfType<JsonNode>()
                .Select(f => ((string)f["uuid"]!, DateTimeOffset.Parse((string)f["time"]!, System.Globalization.CultureInfo.InvariantCulture))),
        ];
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var end = TimeProvider.System.GetUtcNow() + _patience;
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, what);
            await Task.Delay(_pause, TimeProvider.System, Ct);
        }
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
