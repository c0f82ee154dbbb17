namespace Weir.Policy.Testing;

/// <summary>How a test ended.</summary>
/// <param name="Id">The test's id or name.</param>
/// <param name="Mismatches">What differs from what was expected, with the rule that decided; empty where it passed.</param>
public sealed record CaseResult(string Id, IReadOnlyList<string> Mismatches)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Mismatches.Count == 0;

    /// <summary>The file that it stands in.</summary>
    public string File { get; init; } = "";
}
