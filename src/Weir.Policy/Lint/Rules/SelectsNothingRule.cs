using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP102: a selector that selects nothing that exists.</summary>
internal sealed class SelectsNothingRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        if (context.Pods.Count == 0) yield break;
        foreach (var (document, policy) in context.Policies)
        {
            foreach (var rule in policy.Rules)
            {
                var field = policy.Name.Kind == PolicyName.Kubernetes ? "podSelector" : "endpointSelector";
                if (!rule.IsAboutNodes && IsEmpty(context, rule.Subject)) yield return Found(document, $"{rule.Path}.{field}", rule.Subject, "the policy is about nobody");
            }
        }

        foreach (var rule in context.Rules)
        {
            var side = rule.Document.Policy!.Name.Kind == PolicyName.Kubernetes ? (rule.Ingress ? "from" : "to") : rule.Ingress ? "fromEndpoints" : "toEndpoints";
            for (var i = 0; i < (rule.Rule.Endpoints?.Count ?? 0); i++)
            {
                if (IsEmpty(context, rule.Rule.Endpoints![i])) yield return Found(rule.Document, $"{rule.Path}.{side}[{i}]", rule.Rule.Endpoints[i], "this part of the rule allows nothing");
            }
        }
    }

    private static bool IsEmpty(LintContext context, LabelSelector selector) =>
        selector.Requirements.All(r => r.Source != LabelNames.Reserved) && context.Knows(selector) && !context.Pods.Any(p => selector.Matches(p.Labels));

    private static Finding Found(LintDocument document, string path, LabelSelector selector, string consequence)
    {
        var where = selector.Requirements.FirstOrDefault(r => r.Key == LabelNames.Namespace && r.Values.Count > 0)?.Values[0];
        return document.Finding(
            "WP102",
            FindingSeverity.Warning,
            path,
            $"No pod that is known{(where is null ? "" : $" in namespace {where}")} has {LintAllow.Name(new LabelPeer(selector))}, so {consequence}.",
            "Compare the labels with 'kubectl get pods --show-labels', or remove the selector until there is such a pod.");
    }
}
