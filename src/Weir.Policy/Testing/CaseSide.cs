using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>What one side's policy says about a flow.</summary>
/// <param name="Table">The table that was asked; null where that side is no endpoint and has no policy.</param>
/// <param name="Decision">What it says.</param>
/// <param name="Conflict">Why the policy could not be compiled; null where it could.</param>
public sealed record CaseSide(DirectionTable? Table, PolicyDecision Decision, string? Conflict)
{
    /// <summary><c>allow</c>, <c>redirect</c> or <c>deny</c>.</summary>
    public string Verdict => Decision.Action.ToString().ToLowerInvariant();

    /// <summary>Whether any policy is about that side.</summary>
    public bool IsEnforced => Table?.IsSelected ?? false;
}
