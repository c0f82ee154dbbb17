using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.EndToEnd.Corpus;

/// <summary>One set of policies of the corpus with the flows that can be sent under it.</summary>
/// <param name="Name">The corpus' name of it.</param>
/// <param name="Policies">The objects, as for the API.</param>
/// <param name="Cases">The flows; at least one.</param>
internal sealed record LiveSet(string Name, IReadOnlyList<JsonObject> Policies, IReadOnlyList<LiveCase> Cases)
{
    /// <summary>The sets whose endpoints all stand in the cast, in the corpus' order.</summary>
    /// <param name="corpus">The file.</param>
    /// <param name="excluded">Told each flow of such a set that cannot be sent, with the reason.</param>
    public static IEnumerable<LiveSet> Read(string corpus, Action<string, string> excluded)
    {
        var rows = File.ReadLines(corpus).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);
        foreach (var set in rows.GroupBy(r => r.GetProperty("set").GetString()!))
        {
            var first = set.First();

            // Another configuration of the agents, or knowledge that only a test can put there.
            if (((string[])["config", "cidrGroups", "services", "dns"]).Any(p => first.TryGetProperty(p, out _))) continue;
            if (!first.GetProperty("endpoints").EnumerateArray().All(LiveCast.Has)) continue;
            if (set.Any(IsRefused)) continue;

            // The lab's own pods have named ports too, and a name that means two numbers means none.
            if (LiveCast.NamesPorts(first)) continue;
            var cases = new List<LiveCase>();
            foreach (var row in set)
            {
                if (LiveCase.Read(row, out var why) is { } one) cases.Add(one);
                else excluded(row.GetProperty("id").GetString()!, why);
            }

            var policies = first.GetProperty("policies").EnumerateArray().Select(p => JsonNode.Parse(p.GetRawText())!.AsObject()).ToList();
            if (cases.Count > 0) yield return new LiveSet(set.Key, policies, cases);
        }
    }

    /// <summary>Whether an API server refuses the objects, which Cilium's parser alone would read.</summary>
    private static bool IsRefused(JsonElement row) =>
        row.TryGetProperty("tags", out var tags) && tags.EnumerateArray().Any(t => t.GetString() == "crd-schema-rejects");
}
