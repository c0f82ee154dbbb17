using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>The decisions of one endpoint in one direction.</summary>
/// <param name="Enforced">Whether what no entry matches is denied.</param>
/// <param name="Default">What a packet that no entry matches is told: the policies behind the default deny, or no policy.</param>
/// <param name="Entries">
/// The entries. For one peer the entry with the longest match decides: the compiler has already pushed wider denies and
/// redirects into the narrower keys that they cover. Between a peer's own entry and the one for any peer, the higher
/// <see cref="PolicyAction"/> decides.
/// </param>
public sealed record DirectionTable(bool Enforced, RuleSet Default, IReadOnlyDictionary<PolicyKey, PolicyEntry> Entries)
{
    /// <summary>The table of a direction that no policy selects: all may pass.</summary>
    public static DirectionTable Open { get; } = new(false, RuleSet.NoPolicy, new Dictionary<PolicyKey, PolicyEntry>());

    /// <summary>The table of an endpoint that is not known yet: nothing may pass.</summary>
    public static DirectionTable Closed { get; } = new(true, RuleSet.Init, new Dictionary<PolicyKey, PolicyEntry>());

    /// <summary>The decisions about names. The highest <see cref="PolicyAction"/> of these and of <see cref="Entries"/> decides.</summary>
    public IReadOnlyList<NamedEntries> Names { get; init; } = [];

    /// <summary>Whether a policy is about this direction at all, be it in default deny or not.</summary>
    public bool IsSelected { get; init; } = Enforced;

    /// <summary>The entries that go to a proxy.</summary>
    public IEnumerable<KeyValuePair<PolicyKey, PolicyEntry>> Redirects =>
        Entries is EntryTable entries ? entries.Redirects : Entries.Where(e => e.Value.Action == PolicyAction.Redirect);
}
