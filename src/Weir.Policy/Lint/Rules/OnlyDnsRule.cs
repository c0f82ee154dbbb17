using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP111: a peer that is no DNS server under DNS rules.</summary>
internal sealed class OnlyDnsRule : LintRule
{
    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var rule in context.Rules)
        {
            if (rule.Ports.Count == 0 || rule.Ports.Any(p => p.L7?.Parser != "dns") || rule.Rule.Endpoints is not { Count: > 1 } peers || !peers.Any(IsDns)) continue;
            for (var i = 0; i < peers.Count; i++)
            {
                if (IsDns(peers[i])) continue;
                yield return rule.Document.Finding(
                    "WP111",
                    FindingSeverity.Warning,
                    $"{rule.Path}.toEndpoints[{i}]",
                    $"{LintAllow.Name(new LabelPeer(peers[i]))} stands beside kube-dns under DNS rules, so it is allowed on {string.Join(", ", rule.Ports.Select(p => p.Ports))} only, and only for lookups.",
                    "Make a rule of its own for it, with the ports that it serves.");
            }
        }
    }

    private static bool IsDns(LabelSelector selector) =>
        selector.Requirements.Any(r => r.Values.Any(v => v.Contains("dns", StringComparison.OrdinalIgnoreCase))) ||
        selector.Requirements.Any(r => r.Key == LabelNames.Namespace && r.Values.Contains("kube-system"));
}
