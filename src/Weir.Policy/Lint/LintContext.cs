using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint;

/// <summary>All that a check looks at: documents, their rules, and the pods that are known.</summary>
internal sealed class LintContext
{
    private static readonly PortRange Everything = new(IpProtocol.Any, 0, 0);

    public LintContext(IReadOnlyList<LintDocument> documents, IReadOnlyList<KnownPod> pods)
    {
        (Documents, Pods) = (documents, pods);
        var resolver = new PeerResolver(new PolicyConfiguration(), new LocalIdentities(dualStack: false, Weir.Model.SecurityIdentity.FirstLocal));
        foreach (var document in documents)
        {
            foreach (var rule in document.Policy?.Rules ?? [])
            {
                Flatten(document, rule, rule.Ingress, true, resolver);
                Flatten(document, rule, rule.IngressDeny, true, resolver);
                Flatten(document, rule, rule.Egress, false, resolver);
                Flatten(document, rule, rule.EgressDeny, false, resolver);
            }
        }
    }

    public IReadOnlyList<LintDocument> Documents { get; }

    /// <summary>The pods known; none where neither a cluster, an endpoints file nor a workload is given.</summary>
    public IReadOnlyList<KnownPod> Pods { get; }

    public List<LintAllow> Rules { get; } = [];

    public IEnumerable<(LintDocument Document, PolicySpec Policy)> Policies =>
        Documents.Where(d => d.Policy is not null).Select(d => (d, d.Policy!));

    /// <summary>The rules that are in force wherever this one is: of the same policy, or of others about at least the same endpoints.</summary>
    public IEnumerable<LintAllow> Beside(LintDocument document, RuleSpec spec) => Rules.Where(r =>
        ReferenceEquals(r.Document, document) ||
        (r.Document.Policy!.Name != document.Policy!.Name && LintAllow.Includes(r.Spec.Subject, spec.Subject)));

    /// <summary>Whether the pods of a selector's namespace are known, so that matching none means something.</summary>
    public bool Knows(LabelSelector selector)
    {
        var space = selector.Requirements.FirstOrDefault(r => r.Key == LabelNames.Namespace && r.Operator == LabelOperator.In);
        return space is null ? Pods.Count > 0 : Pods.Any(p => space.Values.Contains(p.Namespace));
    }

    private void Flatten(LintDocument document, RuleSpec spec, IReadOnlyList<PeerRule>? rules, bool ingress, PeerResolver resolver)
    {
        foreach (var rule in rules ?? [])
        {
            IReadOnlyList<(PortRange, L7Spec?)> ports = rule.Icmps is not null ? []
                : rule.Ports is { Count: > 0 } list ? [.. list.SelectMany(p => p.Ports.Select(r => (r, p.L7)))]
                : [(Everything, null)];
            Rules.Add(new LintAllow(document, spec, rule, ingress, resolver.Resolve(rule), ports));
        }
    }
}
