namespace Weir.Policy.Lint.Rules;

/// <summary>WP106: a policy that by its name replaces another and loses rules.</summary>
internal sealed class ReplacedPolicyRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        var policies = context.Policies.ToList();
        foreach (var (document, policy) in policies)
        {
            foreach (var (other, replaced) in policies)
            {
                if (ReferenceEquals(document, other) || policy.Name != replaced.Name) continue;
                var kept = context.Rules.Where(r => ReferenceEquals(r.Document, document)).Select(r => r.Describe()).ToHashSet(StringComparer.Ordinal);
                var lost = context.Rules.Where(r => ReferenceEquals(r.Document, other) && !r.Rule.IsDeny && r.Peers.Count > 0).Select(r => r.Describe()).Where(r => !kept.Contains(r)).Distinct().ToList();
                if (lost.Count == 0) continue;
                yield return document.Finding(
                    "WP106",
                    FindingSeverity.Warning,
                    "metadata.name",
                    $"Applied after {other.File}, this policy replaces the one of the same name there and loses: {string.Join("; ", lost)}.",
                    "Give it a name of its own so that both are in force, or copy the rules that have to stay.");
            }
        }
    }
}
