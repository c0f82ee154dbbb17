using System.Globalization;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>What decided, out of the lists of policies in Hubble's message.</summary>
internal static class MessageRules
{
    private const string RuleLabel = "weir:rule=";

    /// <summary>The rules of one direction; null where the message names none.</summary>
    public static RuleSet? Of(IReadOnlyCollection<Msg.Policy> allowed, IReadOnlyCollection<Msg.Policy> denied)
    {
        if (allowed.Count == 0 && denied.Count == 0) return null;
        RuleOrigin[] rules = [.. (allowed.Count > 0 ? allowed : denied).Select(Of)];
        return new RuleSet(allowed.Count > 0 ? DecisionBasis.Allow : rules.Any(r => r.Index >= 0) ? DecisionBasis.Deny : DecisionBasis.DefaultDeny, rules);
    }

    // Weir says in a label of its own which rule it was (FlowMessage.LabelsOf); other exporters name the policy alone.
    private static RuleOrigin Of(Msg.Policy policy)
    {
        var label = policy.Labels.FirstOrDefault(l => l.StartsWith(RuleLabel, StringComparison.Ordinal)) ?? "";
        var open = label.LastIndexOf('[');
        return open > RuleLabel.Length && int.TryParse(label.AsSpan(open + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new RuleOrigin(policy.Kind, policy.Namespace, policy.Name, label[RuleLabel.Length..open], index)
            : new RuleOrigin(policy.Kind, policy.Namespace, policy.Name, "", -1);
    }
}
