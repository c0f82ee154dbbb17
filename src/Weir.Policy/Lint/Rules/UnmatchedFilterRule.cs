namespace Weir.Policy.Lint.Rules;

/// <summary>WP112: a flow log filter that names pods which do not exist.</summary>
internal sealed class UnmatchedFilterRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        if (context.Pods.Count == 0) yield break;
        foreach (var document in context.Documents)
        {
            if (document.Node.Find("kind")?.Text != "ContainerNetworkLog") continue;
            var filters = document.Node.Find("spec")?.Find("includefilters")?.Items ?? [];
            for (var i = 0; i < filters.Count; i++)
            {
                foreach (var side in new[] { "from", "to" })
                {
                    var pods = filters[i].Find(side)?.Find("namespacedPod")?.Items ?? [];
                    for (var j = 0; j < pods.Count; j++)
                    {
                        if (Check(context, document, $"spec.includefilters[{i}].{side}.namespacedPod[{j}]", pods[j].Text) is { } finding) yield return finding;
                    }
                }
            }
        }
    }

    private static Finding? Check(LintContext context, LintDocument document, string path, string entry)
    {
        var space = entry.Split('/')[0];
        var there = context.Pods.Where(p => p.Namespace == space).Select(p => $"{p.Namespace}/{p.Name}").Distinct().ToList();
        if (there.Count == 0 || there.Exists(p => p.StartsWith(entry, StringComparison.Ordinal))) return null;
        var plain = entry.Replace("-", "", StringComparison.Ordinal);
        var close = there.Find(p => p.Replace("-", "", StringComparison.Ordinal).StartsWith(plain, StringComparison.Ordinal));
        return document.Finding(
            "WP112",
            FindingSeverity.Warning,
            path,
            $"0 pods match '{entry}': entries are compared with the beginning of namespace/name{(close is null ? "" : $", and the pod is called {close}")}. Its flows are not logged.",
            close is null ? "Compare with 'kubectl get pods -A' and correct the entry." : $"Write '{close[..(close.IndexOf('-', close.IndexOf('/', StringComparison.Ordinal)) is var dash and > 0 ? dash + 1 : close.Length)]}'.");
    }
}
