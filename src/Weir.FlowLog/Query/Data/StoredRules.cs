using System.Globalization;
using System.Text.Json;
using Weir.Model;

namespace Weir.FlowLog.Query.Data;

/// <summary>The rules behind a decision, out of the JSON in which they are stored: the way back from <see cref="Node.SharedJson"/>.</summary>
internal static class StoredRules
{
    private const string RuleLabel = "weir:rule=";

    /// <summary>The rules.</summary>
    /// <param name="isAllowed">How the decision went.</param>
    /// <param name="policies">A JSON array of policies with their labels; empty for none.</param>
    public static RuleSet Of(bool isAllowed, string policies)
    {
        var rules = new List<RuleOrigin>();
        if (policies.Length > 0)
        {
            using var list = JsonDocument.Parse(policies);
            foreach (var policy in list.RootElement.EnumerateArray()) rules.Add(Rule(policy));
        }

        var basis = isAllowed ? DecisionBasis.Allow : rules.Exists(r => r.Index >= 0) ? DecisionBasis.Deny : DecisionBasis.DefaultDeny;
        return new RuleSet(basis, rules);
    }

    private static RuleOrigin Rule(JsonElement policy)
    {
        var labels = policy.TryGetProperty("labels", out var list) ? list.EnumerateArray().Select(l => l.GetString() ?? "") : [];
        var (field, index) = Place(labels.FirstOrDefault(l => l.StartsWith(RuleLabel, StringComparison.Ordinal)) ?? "");
        return new RuleOrigin(Text(policy, "kind"), Text(policy, "namespace"), Text(policy, "name"), field, index);
    }

    // weir:rule=egress[0]; anything else means the whole policy.
    private static (string Field, int Index) Place(string label)
    {
        var open = label.LastIndexOf('[');
        return open > RuleLabel.Length && label[^1] == ']' && int.TryParse(label.AsSpan(open + 1, label.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (label[RuleLabel.Length..open], index)
            : ("", -1);
    }

    private static string Text(JsonElement policy, string name) => policy.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
