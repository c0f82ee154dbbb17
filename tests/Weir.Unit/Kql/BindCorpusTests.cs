using System.Text.Json;
using Weir.Kql;
using Weir.Kql.Types;
using Weir.Unit.Policy;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Binds every query of the corpora and compares names and types of the columns with what Kusto gives.</summary>
public sealed class BindCorpusTests(ITestOutputHelper output)
{
    // Their columns depend on the data: they are known when the query runs.
    private static readonly HashSet<string> _needData = ["nf-316", "nf-317"];

    [Fact]
    public void Every_query_of_our_corpus_has_the_columns_that_Kusto_gives() => Assert.Empty(
        Corpus.Ours("kql.jsonl").Where(c => !_needData.Contains(Id(c))).Select(Difference).OfType<string>());

    [Theory]
    [InlineData("kql-emulator-fuzz.jsonl", 98.0)]
    [InlineData("kql-emulator-docs.jsonl", 93.0)]
    public void Queries_that_a_real_engine_ran_have_its_columns(string file, double floor)
    {
        if (Corpus.Shared("corpora", "thirdparty", file) is not { } path)
        {
            Assert.Skip($"this machine has no {file}");
            return;
        }

        var cases = Corpus.Read(path).Where(c => !Flags(c).Contains("geo/graph", StringComparison.Ordinal)).ToList();
        var differences = cases.Select(Difference).OfType<string>().ToList();
        foreach (var difference in differences) output.WriteLine(difference);
        var score = 100.0 * (cases.Count - differences.Count) / cases.Count;
        output.WriteLine($"{file}: {cases.Count - differences.Count} of {cases.Count} have the engine's columns ({score:F1} %)");

        Assert.True(score >= floor, $"{file}: {score:F1} % of {cases.Count}, and {floor} % were reached before");
    }

    private static string? Difference(JsonElement c)
    {
        var expected = c.GetProperty("schema").EnumerateArray().Select(s => $"{s.GetProperty("name").GetString()}:{s.GetProperty("type").GetString()}").ToList();
        var compiled = KqlCompiler.Compile(c.GetProperty("query").GetString()!, FlowCatalog.Instance);
        if (compiled.Query is not { } query) return $"{Id(c)}: {string.Join(" | ", compiled.Diagnostics.Select(d => $"{d.Code}@{d.Start} {d.Message}"))}";
        if (expected.Count == 0) return null;
        var actual = query.Tables[0].Root.Columns.Select(k => $"{k.Name}:{k.Type.Name()}");
        return actual.SequenceEqual(expected) ? null : $"{Id(c)}: expected {string.Join(' ', expected)}; got {string.Join(' ', actual)}";
    }

    private static string Id(JsonElement c) => c.GetProperty("id").GetString()!;

    private static string Flags(JsonElement c) => c.TryGetProperty("flags", out var flags) ? flags.ToString() : "";
}
