using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>One rule that is in force.</summary>
internal sealed class InstalledRule(PolicyName policy, RuleSpec spec, int sequence)
{
    public PolicyName Policy { get; } = policy;

    public RuleSpec Spec { get; } = spec;

    /// <summary>A number that no other rule ever has.</summary>
    public int Sequence { get; } = sequence;

    /// <summary>What a default deny that it causes is put down to.</summary>
    public RuleOrigin Whole { get; } = new(policy.Kind, policy.Namespace, policy.Name, "", -1);

    public bool UsesServices { get; } = PeerRulesOf(spec).Any(r => r.Services is { Count: > 0 });

    public bool UsesGroups { get; } = PeerRulesOf(spec).Any(r => r.CidrSets is { } sets && sets.Any(s => s.Range is null));

    public bool UsesPortNames { get; } = PeerRulesOf(spec).Any(r => r.Ports is { } ports && ports.Any(p => p.Ports.Any(n => n.Name is not null)));

    /// <summary>The ranges that it names.</summary>
    public IReadOnlyList<IpPrefix> Ranges { get; } =
    [
        .. PeerRulesOf(spec).SelectMany(r => (r.Cidrs ?? []).Concat(r.CidrSets ?? []))
            .SelectMany(c => c.Range is { } range ? c.Except.Prepend(range) : c.Except),
    ];

    private static IEnumerable<PeerRule> PeerRulesOf(RuleSpec spec) =>
        (spec.Ingress ?? []).Concat(spec.IngressDeny ?? []).Concat(spec.Egress ?? []).Concat(spec.EgressDeny ?? []);
}
