using Weir.Policy.Documents;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>What reading a document gave.</summary>
/// <param name="Policy">The policy as far as it could be read; null where it is none.</param>
/// <param name="Problems">Everything wrong with it; empty for a policy that can be applied.</param>
public sealed record PolicyReading(PolicySpec? Policy, IReadOnlyList<PolicyProblem> Problems)
{
    /// <summary>Whether it can be applied: valid, and nothing in it that Weir would not enforce.</summary>
    public bool CanApply => Policy is not null && Problems.Count == 0;

    /// <summary>Whether a cluster would accept it: the language and the schema allow it, whether or not Weir enforces all of it.</summary>
    public bool IsAccepted => Policy is not null && Problems.All(p => p.Kind == ProblemKind.Unsupported);

    /// <summary>Whether its meaning can be computed: the language allows it.</summary>
    public bool HasMeaning => Policy is not null && Problems.All(p => p.Kind != ProblemKind.Invalid);
}
