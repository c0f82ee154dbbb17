namespace Weir.Policy.Rules;

/// <summary>One item of <c>toPorts</c>.</summary>
/// <param name="Ports">Its ports; empty where it has none, and then it allows nothing.</param>
public sealed record PortRule(IReadOnlyList<PortRange> Ports)
{
    /// <summary>What may be said on these ports; null where everything may.</summary>
    public L7Spec? L7 { get; init; }
}
