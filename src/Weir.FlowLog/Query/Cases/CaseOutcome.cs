namespace Weir.FlowLog.Query.Cases;

/// <summary>How a case ended.</summary>
public enum CaseResult
{
    /// <summary>As expected.</summary>
    Passed,
    /// <summary>Otherwise.</summary>
    Failed,
    /// <summary>Not run: it says nothing to compare, or is about geography or graphs.</summary>
    Skipped,
}

/// <summary>A case and how it ended.</summary>
/// <param name="Case">The case.</param>
/// <param name="Result">How.</param>
/// <param name="Reason">Why it failed or was skipped; empty when it passed.</param>
public sealed record CaseOutcome(QueryCase Case, CaseResult Result, string Reason);
