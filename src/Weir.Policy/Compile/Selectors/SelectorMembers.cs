namespace Weir.Policy.Compile.Selectors;

/// <summary>A selector that some compiled policy uses, with the identities that it means now.</summary>
internal sealed class SelectorMembers(PeerSelector selector)
{
    public PeerSelector Selector { get; } = selector;

    /// <summary>The identities meant. Changed only by <see cref="IdentityIndex"/>.</summary>
    public HashSet<uint> Members { get; } = [];

    /// <summary>The compiled policies that have entries because of it.</summary>
    public HashSet<CompiledPolicy> Users { get; } = [];
}
