using Weir.Policy.Rules;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP104: DNS rules without the forms that a resolver tries first.</summary>
internal sealed class SearchSuffixRule : LintRule
{
    private const int Dots = 5;

    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var (document, policy) in context.Policies)
        {
            foreach (var rule in policy.Rules)
            {
                var allowed = DnsPatterns.Beside(context, document, rule);
                if (allowed.Count == 0 || allowed.Exists(p => p.Text == "*")) continue;
                HashSet<string> said = [];
                foreach (var (path, name) in Names(context, document, rule))
                {
                    if (!said.Add(name.Text) || IsSuffixed(name.Text) || (name.IsPattern && name.Text.Contains('*', StringComparison.Ordinal) && name.Text.EndsWith("cluster.local", StringComparison.Ordinal))) continue;
                    var sample = DnsPatterns.Samples(name).First();
                    if (sample.Count(c => c == '.') >= Dots || !allowed.Exists(p => p.Matches(sample))) continue;
                    string[] suffixes = [$"{policy.Name.Namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"];
                    var missing = suffixes.Where(s => !allowed.Exists(p => p.Matches($"{sample}.{s}"))).ToArray();
                    if (missing.Length == 0 || policy.Name.Namespace.Length == 0) continue;
                    yield return document.Finding(
                        "WP104",
                        FindingSeverity.Warning,
                        path,
                        $"A pod that looks '{name.Text}' up tries it with the search suffixes first ({string.Join(", ", missing)} are not allowed here). musl (Alpine) stops at the first refusal and never asks for the name itself.",
                        $"Add matchPattern {string.Join(", ", missing.Select(m => $"'{name.Text}.{m}'"))}, or let the pod ask with a final dot.");
                }
            }
        }
    }

    private static IEnumerable<(string Path, NamePattern Name)> Names(LintContext context, LintDocument document, RuleSpec spec)
    {
        foreach (var rule in context.Of(document))
        {
            if (!ReferenceEquals(rule.Spec, spec)) continue;
            foreach (var name in rule.Rule.Names ?? []) yield return ($"{rule.Path}.toFQDNs", name);
            for (var i = 0; i < (rule.Rule.Ports?.Count ?? 0); i++)
            {
                var dns = rule.Rule.Ports![i].L7?.Dns ?? [];
                for (var j = 0; j < dns.Count; j++) yield return ($"{rule.Path}.toPorts[{i}].rules.dns[{j}]", dns[j]);
            }
        }
    }

    // A pattern that is itself a suffixed form, or the cloud's own search domain.
    private static bool IsSuffixed(string name) =>
        name.Contains(".internal.", StringComparison.Ordinal) || (name.EndsWith(".cluster.local", StringComparison.Ordinal) && name.Contains("*.", StringComparison.Ordinal));
}
