using Weir.FlowLog.Query.Cases;
using Weir.Unit.Policy;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>Runs every query of the corpora and compares columns and rows with what Kusto gives.</summary>
public sealed class QueryCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_query_of_our_corpus_gives_Kustos_answer()
    {
        if (QueryScene.Flows is not { } flows)
        {
            Assert.Skip("this machine has no flows.jsonl");
            return;
        }

        Assert.Empty(Failures(Path.Combine(Corpus.Root, "tests", "corpora", "kql.jsonl"), flows, out _));
    }

    [Theory]
    [InlineData("kql-emulator-fuzz.jsonl", 98.0)]
    [InlineData("kql-emulator-docs.jsonl", 94.5)]
    public void Queries_that_a_real_engine_ran_give_its_rows(string file, double floor)
    {
        if (Corpus.Shared("corpora", "thirdparty", file) is not { } path || QueryScene.Flows is not { } flows)
        {
            Assert.Skip($"this machine has no {file}");
            return;
        }

        var failures = Failures(path, flows, out var run);
        foreach (var failure in failures) output.WriteLine(failure);
        var score = 100.0 * (run - failures.Count) / run;
        output.WriteLine($"{file}: {run - failures.Count} of {run} ({score:F1} %)");

        Assert.True(score >= floor, $"{file}: {score:F1} % of {run}, and {floor} % were reached before");
    }

    private static List<string> Failures(string path, string flows, out int run)
    {
        using var engine = QueryScene.Empty();
        engine.Load(File.ReadLines(flows), "flows.jsonl");
        var outcomes = QueryCase.Read(File.ReadLines(path), path).Select(c => CaseRunner.Run(engine, c)).ToList();
        run = outcomes.Count(o => o.Result != CaseResult.Skipped);
        return [.. outcomes.Where(o => o.Result == CaseResult.Failed).Select(o => $"{o.Case.Id}: {o.Reason}")];
    }
}
