using Weir.Policy.Documents;

namespace Weir.Policy.Rules;

/// <summary>One policy as a person wrote it, read and checked.</summary>
/// <param name="Name">What it is known by.</param>
/// <param name="Rules">Its <c>spec</c> and <c>specs</c>, in that order; one for a NetworkPolicy.</param>
public sealed record PolicySpec(PolicyName Name, IReadOnlyList<RuleSpec> Rules)
{
    /// <summary>The document that it was read from.</summary>
    public required DocumentNode Source { get; init; }
}
