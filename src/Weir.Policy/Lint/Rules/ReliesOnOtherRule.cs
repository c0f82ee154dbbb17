using Weir.Policy.Compile.Selectors;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP113: a policy whose pods depend on what only another policy allows.</summary>
internal sealed class ReliesOnOtherRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var (document, policy) in context.Policies)
        {
            foreach (var spec in policy.Rules)
            {
                // Only policies that look complete: with DNS rules, and so with an idea of everything that the pods do.
                var own = context.Of(document).Where(r => ReferenceEquals(r.Spec, spec) && !r.Ingress && !r.Rule.IsDeny).ToList();
                if (!spec.DefaultDenyEgress || !own.Exists(r => r.Ports.Any(p => p.L7?.Parser == "dns"))) continue;
                var borrowed = context.Beside(document, spec)
                    .Where(r => !ReferenceEquals(r.Document, document) && !r.Ingress && !r.Rule.IsDeny && r.Peers.Count > 0 && r.Ports.Count > 0 && r.Peers.All(p => p is LabelPeer))
                    .Where(r => !own.Exists(o => r.Peers.All(o.Covers) && r.Ports.All(p => o.Ports.Any(q => LintAllow.Covers(q.Ports, p.Ports)))))
                    .GroupBy(r => r.Describe()).ToList();
                foreach (var rule in borrowed)
                {
                    yield return document.Finding(
                        "WP113",
                        FindingSeverity.Info,
                        $"{spec.Path}.egress",
                        $"Alone, this policy denies {rule.Key}: only {string.Join(" and ", rule.Select(r => $"{r.Document.Policy!.Name.Name} ({r.Document.File})").Distinct())} allows it.",
                        "Copy the rule if this policy should stand alone; otherwise keep the two together.");
                }
            }
        }
    }
}
