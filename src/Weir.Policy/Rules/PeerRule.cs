using Weir.Model;

namespace Weir.Policy.Rules;

/// <summary>One item of <c>ingress</c>, <c>ingressDeny</c>, <c>egress</c> or <c>egressDeny</c>.</summary>
/// <remarks>A list that is missing (null) leaves its part open; an empty one selects nothing. The two are kept apart.</remarks>
/// <param name="Origin">Where it stands.</param>
/// <param name="IsDeny">Whether it denies.</param>
public sealed record PeerRule(RuleOrigin Origin, bool IsDeny)
{
    /// <summary><c>fromEndpoints</c> or <c>toEndpoints</c>, the namespace already added.</summary>
    public IReadOnlyList<LabelSelector>? Endpoints { get; init; }

    /// <summary><c>fromEntities</c> or <c>toEntities</c>.</summary>
    public IReadOnlyList<string>? Entities { get; init; }

    /// <summary><c>fromCIDR</c> or <c>toCIDR</c>.</summary>
    public IReadOnlyList<CidrRule>? Cidrs { get; init; }

    /// <summary><c>fromCIDRSet</c> or <c>toCIDRSet</c>.</summary>
    public IReadOnlyList<CidrRule>? CidrSets { get; init; }

    /// <summary><c>fromNodes</c> or <c>toNodes</c>; Weir does not enforce them.</summary>
    public IReadOnlyList<LabelSelector>? Nodes { get; init; }

    /// <summary>How many <c>fromGroups</c> or <c>toGroups</c> there are; null where missing. Weir does not enforce them.</summary>
    public int? Groups { get; init; }

    /// <summary><c>toServices</c>.</summary>
    public IReadOnlyList<ServicePeer>? Services { get; init; }

    /// <summary><c>toFQDNs</c>.</summary>
    public IReadOnlyList<NamePattern>? Names { get; init; }

    /// <summary><c>toPorts</c>, or a NetworkPolicy's <c>ports</c>.</summary>
    public IReadOnlyList<PortRule>? Ports { get; init; }

    /// <summary>The fields of <c>icmps</c>, of all items together.</summary>
    public IReadOnlyList<IcmpField>? Icmps { get; init; }

    /// <summary>Whether anyone is meant, whatever the lists say: how a NetworkPolicy writes "from all".</summary>
    public bool Anyone { get; init; }

    /// <summary>Whether a list that selects peers is present.</summary>
    public bool NamesPeers =>
        Endpoints is not null || Entities is not null || Cidrs is not null || CidrSets is not null || Nodes is not null ||
        Groups is not null || Services is { Count: > 0 } || Names is { Count: > 0 };

    /// <summary>Whether a list that selects peers is present and empty, which selects nothing.</summary>
    public bool HasEmptyPeers =>
        Endpoints is { Count: 0 } || Entities is { Count: 0 } || Cidrs is { Count: 0 } || CidrSets is { Count: 0 } ||
        Nodes is { Count: 0 } || Groups is 0;
}
