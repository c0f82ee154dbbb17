
namespace Weir.Policy.Lint.Rules;

/// <summary>WP103: a name that is allowed, but that no DNS rule lets a pod ask for.</summary>
internal sealed class UnaskableNameRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var rule in context.Rules)
        {
            if (rule.Rule.Names is not { Count: > 0 } names) continue;
            var asked = DnsPatterns.Beside(context, rule.Document, rule.Spec);
            for (var i = 0; i < names.Count; i++)
            {
                if (asked.Any(p => DnsPatterns.Covers(p, names[i]))) continue;
                yield return rule.Document.Finding(
                    "WP103",
                    FindingSeverity.Warning,
                    $"{rule.Path}.toFQDNs[{i}]",
                    asked.Count == 0
                        ? $"No DNS rule is in force for these pods, so no address is ever learned for '{names[i].Text}' and the rule allows nothing."
                        : $"The DNS rules do not let these pods ask for '{names[i].Text}', so no address is ever learned for it and the rule allows nothing.",
                    $"Add '{(names[i].IsPattern ? "matchPattern" : "matchName")}: {names[i].Text}' to rules.dns of a rule to kube-dns on port 53.");
            }
        }
    }
}
