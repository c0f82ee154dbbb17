using Weir.Model;

namespace Weir.Policy.Rules;

/// <summary>Addresses by range: one range, or the ranges of CIDR groups, without some.</summary>
/// <param name="Range">The range; null where groups are meant.</param>
/// <param name="Except">What is left out.</param>
public sealed record CidrRule(IpPrefix? Range, IReadOnlyList<IpPrefix> Except)
{
    /// <summary>The name of a <c>CiliumCIDRGroup</c>; null where none is named.</summary>
    public string? GroupName { get; init; }

    /// <summary>Which <c>CiliumCIDRGroup</c>s by their labels; null where not chosen so.</summary>
    public LabelSelector? GroupSelector { get; init; }
}
