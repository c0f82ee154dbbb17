namespace Weir.Policy.Explain;

/// <summary>Why one side's policy says what it says.</summary>
/// <param name="Direction"><c>egress</c> or <c>ingress</c>.</param>
/// <param name="Verdict"><c>allow</c>, <c>redirect</c> or <c>deny</c>.</param>
/// <param name="Why">The deciding rule and the kind of decision, in one line.</param>
public sealed record SideExplanation(string Direction, string Verdict, string Why)
{
    /// <summary>The deciding rules with their text and place.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>For a default deny: the policies that cause it.</summary>
    public IReadOnlyList<string> CausedBy { get; init; } = [];

    /// <summary>For a denial: the rule that comes nearest; null where there is none.</summary>
    public RuleMiss? Nearest { get; init; }

    /// <summary>What the proxy makes of the request; null where none was asked about or none looks.</summary>
    public string? Request { get; init; }

    /// <summary>Whether the flow, or the request on it, is stopped on this side.</summary>
    public bool Stops { get; init; }
}
