using Weir.Model;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint;

/// <summary>One rule of one policy under check, flattened: whom it means, on which ports, with which limits.</summary>
internal sealed record LintAllow(LintDocument Document, RuleSpec Spec, PeerRule Rule, bool Ingress, IReadOnlyList<PeerSelector> Peers, IReadOnlyList<(PortRange Ports, L7Spec? L7)> Ports)
{
    /// <summary>Its place among all rules under check.</summary>
    public required int Sequence { get; init; }

    public string Path => $"{(Rule.Origin.Field.Contains('.', StringComparison.Ordinal) ? "" : "spec.")}{Rule.Origin.Field}[{Rule.Origin.Index}]";

    /// <summary>Whether this rule means at least the peers that a selector means.</summary>
    public bool Covers(PeerSelector other) => Peers.Any(p => Covers(p, other));

    public string Describe()
    {
        var peers = Peers.Count == 0 ? "nobody" : string.Join(", ", Peers.Select(Name));
        var ports = Ports.Count == 1 && Ports[0].Ports is { First: 0, Name: null, Protocol: IpProtocol.Any } ? "" : " on " + string.Join(", ", Ports.Select(p => p.Ports.ToString()));
        var l7 = Ports.FirstOrDefault(p => p.L7 is not null).L7 is { } limits ? $" with {limits.Parser} rules" : "";
        return $"{(Rule.IsDeny ? "denying " : "")}{(Ingress ? "ingress from" : "egress to")} {peers}{ports}{l7}";
    }

    /// <summary>Whether every endpoint that a rule is about is also one that another is about, by their words.</summary>
    public static bool Includes(LabelSelector wide, LabelSelector narrow) => wide.Requirements.All(w => narrow.Requirements.Contains(w, RequirementText.Instance));

    public static bool Covers(PortRange wide, PortRange narrow)
    {
        if (wide.Protocol == IpProtocol.Any && wide.First == 0 && wide.Name is null) return true;
        if (wide.Protocol != narrow.Protocol && wide.Protocol != IpProtocol.Any) return false;
        if (wide.Name is not null || narrow.Name is not null) return wide.Name == narrow.Name;
        return wide.First == 0 || (narrow.First >= wide.First && narrow.Last <= wide.Last);
    }

    public static string Name(PeerSelector peer) => peer switch
    {
        AnyPeer => "anyone",
        NamePeer names => names.Names.Text,
        LabelPeer labels => string.Join(" and ", labels.Selector.Requirements.Where(r => r.Key is not (LabelNames.Cluster or LabelNames.Namespace)).Select(r => r.ToString().Replace("any:", "", StringComparison.Ordinal))) is { Length: > 0 } text
            ? text
            : "every pod of the namespace",
        _ => peer.Key[2..],
    };

    private static bool Covers(PeerSelector wide, PeerSelector narrow) =>
        wide is AnyPeer || wide.Key == narrow.Key || (wide is LabelPeer a && narrow is LabelPeer b && Includes(a.Selector, b.Selector));

    private sealed class RequirementText : IEqualityComparer<LabelRequirement>
    {
        public static RequirementText Instance { get; } = new();

        public bool Equals(LabelRequirement? x, LabelRequirement? y) => x?.ToString() == y?.ToString();

        public int GetHashCode(LabelRequirement obj) => obj.ToString().GetHashCode(StringComparison.Ordinal);
    }
}
