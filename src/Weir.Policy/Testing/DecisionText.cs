using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>Says in words what decided.</summary>
internal static class DecisionText
{
    /// <summary>The rule that decided and why, in one line.</summary>
    public static string Why(CaseSide side) => side.Conflict is { } conflict
        ? conflict
        : side.Table is null
            ? "it is no endpoint and has no policy"
            : side.Decision.Rules.Basis switch
            {
                DecisionBasis.NoPolicy => "no policy puts it in default deny",
                DecisionBasis.DefaultDeny when side.Decision.Rules.Rules.Count == 0 => "no rule allows it, and everything is in default deny",
                DecisionBasis.DefaultDeny => $"no rule allows it; default deny by {Join(side.Decision.Rules)}",
                DecisionBasis.Deny => $"denied by {Join(side.Decision.Rules)}",
                DecisionBasis.LocalHost => "the node may reach its own pods",
                DecisionBasis.Init => "the endpoint's labels are not known yet",
                _ => $"{(side.Decision.Action == PolicyAction.Redirect ? "handed to the " + side.Decision.L7!.Parser + " proxy" : "allowed")} by {Join(side.Decision.Rules)}",
            };

    /// <summary>The policies behind a decision, as cases name them; none where a default deny or nobody decided.</summary>
    public static IReadOnlyList<string> By(CaseSide side, TrafficDirection direction)
    {
        if (side.Table is null || side.Decision.Rules.Basis is DecisionBasis.DefaultDeny or DecisionBasis.Init) return [];
        var way = direction == TrafficDirection.Ingress ? "ingress" : "egress";
        return side.Decision.Rules.Basis switch
        {
            DecisionBasis.NoPolicy => [$"reserved:allow-any-{way}"],
            DecisionBasis.LocalHost => ["reserved:allow-localhost-ingress"],
            _ => [.. side.Decision.Rules.Rules.Select(r => $"{r.Kind}/{r.Namespace}/{r.Name}").Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static string Join(RuleSet rules) => string.Join(" and ", rules.Rules.Select(r => $"{r.Kind} {r}"));
}
