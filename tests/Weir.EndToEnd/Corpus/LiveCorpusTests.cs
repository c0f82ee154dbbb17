using Weir.Lab;
using Weir.Lab.Guide;
using Xunit;

namespace Weir.EndToEnd.Corpus;

/// <summary>The verdicts of Cilium's own engine, asked of the kernel: real pods, real sockets.</summary>
[Collection(OneAtATime.Name)]
public sealed class LiveCorpusTests(ITestOutputHelper output)
{
    private const int MinCases = 200;

    private static readonly string _corpora = Path.Combine(Built.Repository, "tests/corpora");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_kernel_gives_the_verdicts_that_the_engine_gave()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var excluded = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var sets = LiveSet.Read(Path.Combine(_corpora, "policy.jsonl"), (id, why) => excluded[id] = why).ToList();

        // What is left out is a file that people read. WEIR_LIVE_LIST=write makes it anew.
        var listed = Path.Combine(_corpora, "live-excluded.txt");
        var lines = excluded.Select(e => $"{e.Key}: {e.Value}").ToList();
        if (Environment.GetEnvironmentVariable("WEIR_LIVE_LIST") == "write") await File.WriteAllLinesAsync(listed, lines, Ct);
        Assert.Equal(await File.ReadAllLinesAsync(listed, Ct), lines);

        var options = RealLab.NewOptions("live");
        await using var cluster = await LabCluster.StartAsync(options, null, Ct);
        try
        {
            using var cast = await LiveCast.StartAsync(cluster, options.RunFolder, Ct);
            using var sockets = new LiveSockets(cast, cluster.Network.World);
            var wrong = new List<string>();
            var cases = 0;

            // Without any policy everything arrives: so what does not arrive later was denied, not lost for another reason.
            var paths = sets.SelectMany(s => s.Cases).DistinctBy(c => c.Path).Select(c => c with { Allowed = true }).ToList();
            foreach (var path in paths) sockets.Receive(path);
            foreach (var some in paths.Chunk(32))
                wrong.AddRange((await JudgeAsync(sockets, some)).Select(w => $"without any policy: {w}"));
            Assert.True(wrong.Count == 0, string.Join('\n', wrong));

            var policies = new LivePolicies(cluster.Connection, new PoliciesInForce(cluster.Connection, [.. ((int[])[1, 2]).Select(n => Path.Combine(options.RunFolder, $"node{n}", "agent.sock"))]));
            foreach (var set in sets)
            {
                await policies.ReplaceAsync(set.Policies, Ct);
                wrong.AddRange((await JudgeAsync(sockets, set.Cases)).Select(w => $"{set.Name}: {w}"));
                cases += set.Cases.Count;
            }

            output.WriteLine($"{cases} flows under {sets.Count} sets of policies, {paths.Count} paths; {wrong.Count} verdicts differ, {sockets.Late} packets late");
            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
            Assert.Equal(0, sockets.Late);
            Assert.True(cases >= MinCases, $"{cases} cases");
        }
        finally
        {
            Assert.Empty(await cluster.StopAsync());
            File.Delete(options.RunFolder + ".lock");
        }
    }

    private static async Task<IEnumerable<string>> JudgeAsync(LiveSockets sockets, IReadOnlyList<LiveCase> cases)
    {
        var arrived = await Task.WhenAll(cases.Select(sockets.JudgeAsync));
        return cases.Zip(arrived).Where(c => c.First.Allowed != c.Second)
            .Select(c => $"{c.First.Id} {c.First.Source} -> {c.First.Destination} {c.First.Protocol}/{c.First.Port}: engine {(c.First.Allowed ? "allows" : "denies")}, kernel does not");
    }
}
