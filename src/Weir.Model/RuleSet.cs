namespace Weir.Model;

/// <summary>What decided one direction of a connection: one entry of a decision table, in words.</summary>
/// <param name="Basis">Whether a rule allowed or denied it, or none did.</param>
/// <param name="Rules">
/// The rules behind the decision, ordered; for <see cref="DecisionBasis.DefaultDeny"/> the policies that turn
/// default deny on; empty for <see cref="DecisionBasis.NoPolicy"/>.
/// </param>
public sealed record RuleSet(DecisionBasis Basis, IReadOnlyList<RuleOrigin> Rules)
{
    /// <summary>No policy selects the endpoint in this direction, so everything may pass.</summary>
    public static RuleSet NoPolicy { get; } = new(DecisionBasis.NoPolicy, []);

    /// <summary>The endpoint is new and has no policy yet, so nothing may pass.</summary>
    public static RuleSet Init { get; } = new(DecisionBasis.Init, []);

    /// <summary>The node may always reach its own pods, for probes.</summary>
    public static RuleSet LocalHost { get; } = new(DecisionBasis.LocalHost, []);

    /// <inheritdoc/>
    public bool Equals(RuleSet? other) => other is not null && Basis == other.Basis && Rules.SequenceEqual(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Basis);
        foreach (var rule in Rules) hash.Add(rule);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Rules.Count == 0 ? Basis.ToString() : $"{Basis}: {string.Join(", ", Rules)}";
}
