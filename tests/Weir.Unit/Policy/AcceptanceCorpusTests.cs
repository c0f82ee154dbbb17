using Weir.Policy.Reading;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class AcceptanceCorpusTests
{
    [Fact]
    public void Refuses_every_policy_that_Cilium_refuses_and_says_where()
    {
        List<string> wrong = [];
        var count = 0;
        foreach (var row in Corpus.Ours("policy-invalid.jsonl"))
        {
            count++;
            var reading = PolicyReader.Read(row.GetProperty("policy"));
            if (reading.IsAccepted) wrong.Add($"{row.GetProperty("id")} {row.GetProperty("note")}: accepted; Cilium says {row.GetProperty("error")}");
            wrong.AddRange(reading.Problems.Where(p => p.Message.Length < 20).Select(p => $"{row.GetProperty("id")}: too short a message: {p}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(54, count);
    }

    [Fact]
    public void Accepts_the_look_alikes()
    {
        List<string> wrong = [];
        var count = 0;
        foreach (var row in Corpus.Ours("policy-valid-controls.jsonl"))
        {
            count++;
            var reading = PolicyReader.Read(row.GetProperty("policy"));
            if (!reading.IsAccepted) wrong.Add($"{row.GetProperty("id")} {row.GetProperty("note")}: {string.Join(" ", reading.Problems)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(7, count);
    }

    [Fact]
    public void Accepts_every_policy_of_the_verdict_corpus_but_what_the_schema_refuses()
    {
        List<string> wrong = [];
        HashSet<string> seen = [];
        foreach (var row in Corpus.Ours("policy.jsonl"))
        {
            if (!seen.Add(row.GetProperty("set").GetString()!)) continue;
            var schemaRefuses = row.TryGetProperty("tags", out var tags) && tags.EnumerateArray().Any(t => t.GetString() == "crd-schema-rejects");
            var readings = row.GetProperty("policies").EnumerateArray().Select(p => PolicyReader.Read(p)).ToList();
            if (readings.All(r => r.IsAccepted) == schemaRefuses)
                wrong.Add($"{row.GetProperty("set")}: schema refuses: {schemaRefuses}; {string.Join(" ", readings.SelectMany(r => r.Problems))}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(315, seen.Count);
    }
}
