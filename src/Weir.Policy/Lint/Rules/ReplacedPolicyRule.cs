namespace Weir.Policy.Lint.Rules;

/// <summary>WP106: a policy that by its name replaces another and loses rules.</summary>
internal sealed class ReplacedPolicyRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var same in context.Policies.GroupBy(p => p.Policy.Name, p => p.Document))
        {
            foreach (var document in same)
            {
                foreach (var other in same)
                {
                    if (!ReferenceEquals(document, other) && Lost(context, document, other) is { Count: > 0 } lost) yield return Found(document, other, lost);
                }
            }
        }
    }

    private static List<string> Lost(LintContext context, LintDocument document, LintDocument other)
    {
        var kept = context.Of(document).Select(r => r.Describe()).ToHashSet(StringComparer.Ordinal);
        return [.. context.Of(other).Where(r => !r.Rule.IsDeny && r.Peers.Count > 0).Select(r => r.Describe()).Where(r => !kept.Contains(r)).Distinct()];
    }

    private static Finding Found(LintDocument document, LintDocument other, List<string> lost) => document.Finding(
        "WP106",
        FindingSeverity.Warning,
        "metadata.name",
        $"Applied after {other.File}, this policy replaces the one of the same name there and loses: {string.Join("; ", lost)}.",
        "Give it a name of its own so that both are in force, or copy the rules that have to stay.");
}
