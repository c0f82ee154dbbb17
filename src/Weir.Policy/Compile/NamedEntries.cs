using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>The decisions about addresses that were learned for names of one <c>toFQDNs</c> selector.</summary>
/// <param name="Names">The names.</param>
/// <param name="Entries">The decisions; the peer of each key is <c>Unknown</c>, since an address, not an identity, carries the name.</param>
public sealed record NamedEntries(NamePattern Names, IReadOnlyDictionary<PolicyKey, PolicyEntry> Entries);
