namespace Weir.Policy.Explain;

/// <summary>A rule that does not match a flow, and why not.</summary>
/// <param name="Rule">The rule, such as <c>shop/web egress[0]</c>.</param>
/// <param name="Field">The first field that misses, such as <c>spec.egress[0].toPorts[0].ports[0].port</c>.</param>
/// <param name="Reasons">What each field that misses says, and what the flow has.</param>
public sealed record RuleMiss(string Rule, string Field, IReadOnlyList<string> Reasons);
