using System.Text.Json;
using Weir.Kql;
using Weir.Unit.Policy;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Queries that must be refused, with the analyser's code and place.</summary>
public sealed class RefusalCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Invalid_queries_give_the_analysers_codes_and_places() =>
        Assert.Empty(Corpus.Ours("kql-invalid.jsonl").Select(Difference).OfType<string>());

    [Fact]
    public void What_a_real_engine_refuses_is_refused()
    {
        if (Corpus.Shared("corpora", "thirdparty", "kql-emulator-invalid.jsonl") is not { } path)
        {
            Assert.Skip("this machine has no kql-emulator-invalid.jsonl");
            return;
        }

        var cases = Corpus.Read(path).ToList();
        var differences = cases.Select(Difference).OfType<string>().ToList();
        foreach (var difference in differences) output.WriteLine(difference);
        output.WriteLine($"{cases.Count - differences.Count} of {cases.Count} have the analyser's codes and places");

        Assert.Empty(cases.Where(c => KqlCompiler.Compile(Query(c), FlowCatalog.Instance).Diagnostics.IsEmpty).Select(Query));
    }

    private static string? Difference(JsonElement c)
    {
        var expected = c.GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("code").GetString()}@{e.GetProperty("start").GetInt32()}+{e.GetProperty("length").GetInt32()}").Order(StringComparer.Ordinal).ToList();
        var actual = KqlCompiler.Compile(Query(c), FlowCatalog.Instance).Diagnostics.Select(d => $"{d.Code}@{d.Start}+{d.Length}").Order(StringComparer.Ordinal).ToList();
        return actual.SequenceEqual(expected) ? null : $"{c.GetProperty("id").GetString()}: expected {string.Join(' ', expected)}; got {string.Join(' ', actual)}";
    }

    private static string Query(JsonElement c) => c.GetProperty("query").GetString()!;
}
