namespace Weir.Policy.Rules;

/// <summary>One item of <c>headerMatches</c>.</summary>
/// <param name="Name">The header's name.</param>
/// <param name="Value">The value it must have; empty for any.</param>
/// <param name="Mismatch"><c>LOG</c>, <c>ADD</c>, <c>DELETE</c>, <c>REPLACE</c>; empty: the request is refused.</param>
/// <param name="Secret">The secret that holds the value; empty for none.</param>
public sealed record HeaderMatch(string Name, string Value, string Mismatch, string Secret);
