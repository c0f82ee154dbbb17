using System.Text.Json;
using Weir.Policy.Testing;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class VerdictCorpusTests
{
    [Fact]
    public void Agrees_with_every_verdict_of_our_corpus()
    {
        var mismatches = Mismatches(Corpus.Ours("policy.jsonl"), out var count);
        Assert.True(mismatches.Count == 0, $"{mismatches.Count} of {count}:\n{string.Join('\n', mismatches.Take(40))}");
        Assert.Equal(4636, count);
    }

    [Fact]
    public void Agrees_with_every_verdict_of_the_lab()
    {
        var path = Corpus.Shared("corpora", "thirdparty", "lab-verdicts.jsonl");
        Assert.SkipWhen(path is null, "This machine has no ../shared/corpora and WEIR_CORPORA is not set.");
        var mismatches = Mismatches(Corpus.Read(path), out var count);
        Assert.True(mismatches.Count == 0, $"{mismatches.Count} of {count}:\n{string.Join('\n', mismatches.Take(40))}");
        Assert.NotEqual(0, count);
    }

    private static List<string> Mismatches(IEnumerable<JsonElement> rows, out int count)
    {
        List<string> mismatches = [];
        var batch = new CaseBatch();
        count = 0;
        foreach (var row in rows)
        {
            count++;
            var id = row.GetProperty("id").GetString()!;
            try
            {
                var answer = batch.Ask(row);
                var expect = row.GetProperty("expect");
                Compare(id, "egress", expect.GetProperty("egress").GetString(), answer.Egress.Verdict);
                Compare(id, "ingress", expect.GetProperty("ingress").GetString(), answer.Ingress.Verdict);
                Compare(id, "verdict", expect.GetProperty("verdict").GetString(), answer.Verdict);
                Compare(id, "enforced.egress", $"{expect.GetProperty("enforced").GetProperty("egress")}", $"{answer.Egress.IsEnforced}");
                Compare(id, "enforced.ingress", $"{expect.GetProperty("enforced").GetProperty("ingress")}", $"{answer.Ingress.IsEnforced}");
                var l7 = expect.TryGetProperty("l7", out var found) ? found : default;
                Compare(id, "l7.egress", Expected(l7, "egress"), CaseJson.WriteL7(answer.Egress.Decision));
                Compare(id, "l7.ingress", Expected(l7, "ingress"), CaseJson.WriteL7(answer.Ingress.Decision));
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException)
            {
                mismatches.Add($"{id}: {e.Message}");
            }
        }

        return mismatches;

        void Compare(string id, string what, string? expected, string? found)
        {
            if (expected != found) mismatches.Add($"{id}: {what}: expected {expected}, found {found}");
        }
    }

    private static string? Expected(JsonElement l7, string direction) =>
        l7.ValueKind == JsonValueKind.Object && l7.TryGetProperty(direction, out var rules) ? rules.GetRawText() : null;
}
