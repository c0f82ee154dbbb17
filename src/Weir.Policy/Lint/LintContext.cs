using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint;

/// <summary>All that a check looks at: documents, their rules, and the pods that are known.</summary>
internal sealed class LintContext
{
    private static readonly PortRange Everything = new(IpProtocol.Any, 0, 0);

    private readonly Dictionary<LintDocument, List<LintAllow>> _byDocument = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<RuleSpec, List<LintAllow>> _beside = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Namespace, string Requirement), List<(LintDocument Document, RuleSpec Spec)>> _byRequirement = [];

    public LintContext(IReadOnlyList<LintDocument> documents, IReadOnlyList<KnownPod> pods)
    {
        (Documents, Pods) = (documents, pods);
        PodNamespaces = pods.Select(p => p.Namespace).ToHashSet(StringComparer.Ordinal);
        var resolver = new PeerResolver(new PolicyConfiguration(), new LocalIdentities(dualStack: false, SecurityIdentity.FirstLocal));
        foreach (var document in documents)
        {
            foreach (var rule in document.Policy?.Rules ?? [])
            {
                Flatten(document, rule, rule.Ingress, true, resolver);
                Flatten(document, rule, rule.IngressDeny, true, resolver);
                Flatten(document, rule, rule.Egress, false, resolver);
                Flatten(document, rule, rule.EgressDeny, false, resolver);
                var anchor = Anchor(rule.Subject);
                if (!_byRequirement.TryGetValue(anchor, out var list)) _byRequirement[anchor] = list = [];
                list.Add((document, rule));
            }
        }
    }

    public IReadOnlyList<LintDocument> Documents { get; }

    /// <summary>The pods known; none where neither a cluster, an endpoints file nor a workload is given.</summary>
    public IReadOnlyList<KnownPod> Pods { get; }

    public List<LintAllow> Rules { get; } = [];

    public IEnumerable<(LintDocument Document, PolicySpec Policy)> Policies =>
        Documents.Where(d => d.Policy is not null).Select(d => (d, d.Policy!));

    private HashSet<string> PodNamespaces { get; }

    /// <summary>The rules of one policy.</summary>
    public IReadOnlyList<LintAllow> Of(LintDocument document) => _byDocument.GetValueOrDefault(document) ?? [];

    /// <summary>The rules that are in force wherever this one is: of the same policy, or of others about at least the same endpoints.</summary>
    public IReadOnlyList<LintAllow> Beside(LintDocument document, RuleSpec spec)
    {
        if (_beside.TryGetValue(spec, out var known)) return known;
        List<LintAllow> found = [.. Of(document)];

        // A selector includes another only if its rarest requirement is one of the other's, so only those few are asked.
        foreach (var anchor in Anchors(spec.Subject))
        {
            foreach (var (other, wide) in _byRequirement.GetValueOrDefault(anchor) ?? [])
            {
                if (other.Policy!.Name == document.Policy!.Name || !LintAllow.Includes(wide.Subject, spec.Subject)) continue;
                found.AddRange(Of(other).Where(r => ReferenceEquals(r.Spec, wide)));
            }
        }

        found.Sort((x, y) => x.Sequence.CompareTo(y.Sequence));
        return _beside[spec] = found;
    }

    /// <summary>Whether the pods of a selector's namespace are known, so that matching none means something.</summary>
    public bool Knows(LabelSelector selector)
    {
        var space = selector.Requirements.FirstOrDefault(r => r.Key == LabelNames.Namespace && r.Operator == LabelOperator.In);
        return space is null ? Pods.Count > 0 : space.Values.Any(PodNamespaces.Contains);
    }

    private void Flatten(LintDocument document, RuleSpec spec, IReadOnlyList<PeerRule>? rules, bool ingress, PeerResolver resolver)
    {
        foreach (var rule in rules ?? [])
        {
            IReadOnlyList<(PortRange, L7Spec?)> ports = rule.Icmps is not null ? []
                : rule.Ports is { Count: > 0 } list ? [.. list.SelectMany(p => p.Ports.Select(r => (r, p.L7)))]
                : [(Everything, null)];
            var flat = new LintAllow(document, spec, rule, ingress, resolver.Resolve(rule), ports) { Sequence = Rules.Count };
            Rules.Add(flat);
            if (!_byDocument.TryGetValue(document, out var own)) _byDocument[document] = own = [];
            own.Add(flat);
        }
    }

    private static (string Namespace, string Requirement) Anchor(LabelSelector selector) =>
        (selector.Requirements.FirstOrDefault(IsNamespace)?.ToString() ?? "", selector.Requirements.FirstOrDefault(IsOwn)?.ToString() ?? "");

    /// <summary>Under which a selector that includes this one can be found.</summary>
    private static HashSet<(string Namespace, string Requirement)> Anchors(LabelSelector selector) =>
    [
        .. from space in selector.Requirements.Where(IsNamespace).Select(r => r.ToString()).Append("")
           from own in selector.Requirements.Where(IsOwn).Select(r => r.ToString()).Append("")
           select (space, own),
    ];

    private static bool IsNamespace(LabelRequirement requirement) => requirement.Key == LabelNames.Namespace;

    private static bool IsOwn(LabelRequirement requirement) => requirement.Key is not (LabelNames.Namespace or LabelNames.Cluster);
}
