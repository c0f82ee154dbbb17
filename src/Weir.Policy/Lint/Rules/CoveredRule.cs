namespace Weir.Policy.Lint.Rules;

/// <summary>WP109: a rule that others say already.</summary>
internal sealed class CoveredRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var rule in context.Rules)
        {
            if (rule.Rule.IsDeny || rule.Peers.Count == 0 || rule.Ports.Count == 0 || rule.Ports.Any(p => p.L7 is not null)) continue;
            var wider = context.Beside(rule.Document, rule.Spec).FirstOrDefault(other =>
                other.Ingress == rule.Ingress && !other.Rule.IsDeny && !ReferenceEquals(other, rule) && rule.Peers.All(other.Covers) &&
                rule.Ports.All(p => other.Ports.Any(o => o.L7 is null && LintAllow.Covers(o.Ports, p.Ports))) &&
                (other.Sequence < rule.Sequence || !SameExtent(rule, other)));
            if (wider is null) continue;
            yield return rule.Document.Finding(
                "WP109",
                FindingSeverity.Info,
                rule.Path,
                $"Whatever this rule allows, {wider.Document.Policy!.Name.Name} {wider.Path} ({wider.Document.File}) allows already.",
                "Remove it, or narrow the other rule if that one was meant to say less.");
        }
    }

    private static bool SameExtent(LintAllow rule, LintAllow other) =>
        other.Peers.All(rule.Covers) && other.Ports.All(p => rule.Ports.Any(r => LintAllow.Covers(r.Ports, p.Ports)));
}
