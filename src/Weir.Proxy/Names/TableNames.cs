using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Proxy.Names;

/// <summary>What one decision table says about names, by selector.</summary>
internal sealed class TableNames(uint number, IReadOnlyList<NamedEntries> names)
{
    private readonly Dictionary<NamePattern, IReadOnlyDictionary<PolicyKey, PolicyEntry>> _bySelector = names.ToDictionary(n => n.Names, n => n.Entries);

    public uint Number { get; } = number;

    public IEnumerable<NamePattern> Selectors => _bySelector.Keys;

    /// <summary>When no endpoint had it any more, in milliseconds; null while one has.</summary>
    public long? UnusedSinceMs { get; set; }

    /// <summary>
    /// The decisions about an address whose names these selectors mean: for each key the highest of what each selector says there, so that the
    /// longest match is right for all of them together.
    /// </summary>
    public IEnumerable<KeyValuePair<PolicyKey, PolicyEntry>> DecisionsFor(IEnumerable<NamePattern> selectors)
    {
        var meant = selectors.Select(_bySelector.GetValueOrDefault).OfType<IReadOnlyDictionary<PolicyKey, PolicyEntry>>().ToList();
        foreach (var key in meant.SelectMany(m => m.Keys).Distinct())
        {
            PolicyEntry? best = null;
            foreach (var entries in meant)
            {
                if (Covering(entries, key) is { } entry && (best is null || entry.Action > best.Action)) best = entry;
            }

            yield return KeyValuePair.Create(key, best!);
        }
    }

    private static PolicyEntry? Covering(IReadOnlyDictionary<PolicyKey, PolicyEntry> entries, PolicyKey key)
    {
        if (key.Protocol != IpProtocol.Any)
        {
            for (var bits = (int)key.PortBits; bits >= 0; bits--)
            {
                var port = (ushort)(key.Port & (0xffff0000u >> bits));
                if (entries.TryGetValue(key with { Port = port, PortBits = (byte)bits }, out var entry)) return entry;
            }
        }

        return entries.GetValueOrDefault(new PolicyKey(SecurityIdentity.Unknown, IpProtocol.Any, 0, 0));
    }
}
