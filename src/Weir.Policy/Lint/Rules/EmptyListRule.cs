namespace Weir.Policy.Lint.Rules;

/// <summary>WP101: an empty list written as if it blocked.</summary>
internal sealed class EmptyListRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var (document, policy) in context.Policies)
        {
            if (policy.Name.Kind == Policy.Rules.PolicyName.Kubernetes) continue;
            foreach (var rule in policy.Rules)
            {
                if (rule.Ingress is { Count: 0 } && rule.IngressDeny is not { Count: > 0 }) yield return Found(document, rule.Path, "ingress");
                if (rule.Egress is { Count: 0 } && rule.EgressDeny is not { Count: > 0 }) yield return Found(document, rule.Path, "egress");
            }
        }
    }

    private static Finding Found(LintDocument document, string path, string direction) => document.Finding(
        "WP101",
        FindingSeverity.Warning,
        $"{path}.{direction}",
        $"'{direction}: []' is no rule: it blocks nothing, and {direction} stays open unless another policy closes it.",
        $"To block all {direction}, write '{direction}: [{{}}]'. To leave {direction} alone, remove the line.");
}
