using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Which proxy a redirected connection goes to and what it checks.</summary>
/// <param name="Parser">The language spoken: <c>http</c>, <c>dns</c>, <c>tls</c> (server names).</param>
public sealed record L7Rules(string Parser)
{
    /// <summary>The range of ports that the rules were written for.</summary>
    public PortRange Ports { get; init; }

    /// <summary>One for each selector that matches the peer: what any of them lets pass, passes.</summary>
    public IReadOnlyList<L7Alternative> Alternatives { get; init => field = value ?? []; } = [];

    /// <summary>Whether everything passes, though through the proxy.</summary>
    public bool IsUnrestricted => Alternatives.Any(a => a.IsUnrestricted);

    /// <inheritdoc/>
    public bool Equals(L7Rules? other) => other is not null && Parser == other.Parser && Ports == other.Ports && Alternatives.SequenceEqual(other.Alternatives);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Parser);
        foreach (var alternative in Alternatives) hash.Add(alternative);
        return hash.ToHashCode();
    }
}
