namespace Weir.Policy.Rules;

/// <summary>One <c>spec</c> of a policy: which endpoints it is about and what they may do.</summary>
/// <param name="Subject">The endpoints it is about, the policy's namespace already added.</param>
/// <param name="Path">The field it stands in: <c>spec</c>, or <c>specs[1]</c>.</param>
public sealed record RuleSpec(LabelSelector Subject, string Path)
{
    /// <summary>Whether it is about nodes (<c>nodeSelector</c>), not pods.</summary>
    public bool IsAboutNodes { get; init; }

    /// <summary>What may come in; null where the field is missing.</summary>
    public IReadOnlyList<PeerRule>? Ingress { get; init; }

    /// <summary>What may not come in; null where the field is missing.</summary>
    public IReadOnlyList<PeerRule>? IngressDeny { get; init; }

    /// <summary>What may go out; null where the field is missing.</summary>
    public IReadOnlyList<PeerRule>? Egress { get; init; }

    /// <summary>What may not go out; null where the field is missing.</summary>
    public IReadOnlyList<PeerRule>? EgressDeny { get; init; }

    /// <summary>Whether what reaches the endpoints is denied unless a rule allows it.</summary>
    public bool DefaultDenyIngress { get; init; }

    /// <summary>Whether what the endpoints send is denied unless a rule allows it.</summary>
    public bool DefaultDenyEgress { get; init; }
}
