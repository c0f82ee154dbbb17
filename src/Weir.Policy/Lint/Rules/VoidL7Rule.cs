namespace Weir.Policy.Lint.Rules;

/// <summary>WP105: an L7 rule that a plain rule for the same peers and port makes void.</summary>
internal sealed class VoidL7Rule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var rule in context.Rules)
        {
            if (rule.Rule.IsDeny || rule.Rule.Ports is null) continue;
            for (var i = 0; i < rule.Rule.Ports.Count; i++)
            {
                var item = rule.Rule.Ports[i];
                if (item.L7 is null or { ServerNames.Count: > 0 }) continue;
                foreach (var range in item.Ports)
                {
                    var plain = context.Beside(rule.Document, rule.Spec).FirstOrDefault(other =>
                        other.Ingress == rule.Ingress && !other.Rule.IsDeny && !ReferenceEquals(other, rule) && other.Rule.Ports is not null &&
                        other.Ports.Any(p => p.L7 is null && p.Ports.First == range.First && p.Ports.Last == range.Last && p.Ports.Name == range.Name && LintAllow.Covers(p.Ports, range)) &&
                        rule.Peers.Any(other.Covers));
                    if (plain is null) continue;
                    yield return rule.Document.Finding(
                        "WP105",
                        FindingSeverity.Warning,
                        $"{rule.Path}.toPorts[{i}].rules",
                        $"These {item.L7.Parser} rules limit nothing: {plain.Document.Policy!.Name.Name} {plain.Path} ({plain.Document.File}) allows the same peers on {range} without rules, and then every request passes.",
                        $"Remove {range} from {plain.Document.Policy.Name.Name} {plain.Path}, or give it the same rules.");
                    break;
                }
            }
        }
    }
}
