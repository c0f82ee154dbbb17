using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Counts what a PodDisruptionBudget allows.</summary>
internal static class DisruptionBudget
{
    /// <summary>The counts of a budget.</summary>
    /// <param name="Expected">How many pods it is about.</param>
    /// <param name="Healthy">How many are ready.</param>
    /// <param name="Wanted">How many must stay ready.</param>
    public sealed record Counts(int Expected, int Healthy, int Wanted)
    {
        /// <summary>How many may go now.</summary>
        public int Allowed => Math.Max(0, Healthy - Wanted);
    }

    /// <summary>Whether a budget is about a pod of its namespace. One without a selector is about none.</summary>
    public static bool Covers(JsonObject budget, JsonObject pod)
    {
        if (budget.Map("spec", "selector") is not { } selector) return false;
        var labels = pod.Map("metadata", "labels");
        return (selector.Map("matchLabels") ?? []).All(l => labels?[l.Key].Text() == l.Value.Text())
            && selector.Items("matchExpressions").All(e => Holds(e, labels?[e.Text("key") ?? ""].Text()));
    }

    /// <summary>Counts the pods of the budget's namespace.</summary>
    public static Counts Count(JsonObject budget, IEnumerable<JsonObject> pods)
    {
        var mine = pods.Where(p => Covers(budget, p) && p.Text("status", "phase") is not ("Succeeded" or "Failed")).ToList();
        var healthy = mine.Count(p => p.Text("metadata", "deletionTimestamp") is null
            && p.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"));
        var spec = budget.Map("spec");
        var wanted = spec?["maxUnavailable"] is { } most ? mine.Count - Share(most, mine.Count) : Share(spec?["minAvailable"] ?? 1, mine.Count);
        return new Counts(mine.Count, healthy, Math.Max(0, wanted));
    }

    // Both numbers are rounded up, as on a real server.
    private static int Share(JsonNode value, int of)
    {
        if (value.Text() is not { } text) return (int)(value.Number() ?? 0);
        return int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? ((of * percent) + 99) / 100 : of;
    }

    private static bool Holds(JsonNode term, string? have)
    {
        var listed = term.Items("values").Any(v => v.Text() == have);
        return term.Text("operator") switch
        {
            "In" => have is not null && listed,
            "NotIn" => have is null || !listed,
            "Exists" => have is not null,
            _ => have is null,
        };
    }
}
