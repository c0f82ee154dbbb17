namespace Weir.Policy.Lint.Rules;

/// <summary>WP107: <c>matchPattern: "*"</c>.</summary>
internal sealed class AskAnythingRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var rule in context.Rules)
        {
            for (var i = 0; i < (rule.Rule.Names?.Count ?? 0); i++)
            {
                if (rule.Rule.Names![i].Text == "*") yield return Found(rule, $"{rule.Path}.toFQDNs[{i}]", "allows every address that any name was learned for");
            }

            for (var i = 0; i < (rule.Rule.Ports?.Count ?? 0); i++)
            {
                var dns = rule.Rule.Ports![i].L7?.Dns ?? [];
                for (var j = 0; j < dns.Count; j++)
                {
                    if (dns[j].Text == "*") yield return Found(rule, $"{rule.Path}.toPorts[{i}].rules.dns[{j}]", "lets pods ask for every name, which also carries data out; managed clusters refuse it");
                }
            }
        }
    }

    private static Finding Found(LintAllow rule, string path, string consequence) => rule.Document.Finding(
        "WP107",
        FindingSeverity.Warning,
        path,
        $"matchPattern '*' {consequence}.",
        "Name the domains that the pods need, such as '*.example.com' and '*.svc.cluster.local'.");
}
