using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>The entries of a direction, kept by peer so that equal peers share theirs and one peer more costs little.</summary>
internal sealed class EntryTable(PortTable anyone, ImmutableDictionary<uint, PortTable> peers) : IReadOnlyDictionary<PolicyKey, PolicyEntry>
{
    private int _count = -1;

    public PortTable Anyone => anyone;

    public ImmutableDictionary<uint, PortTable> Peers => peers;

    public int Count => _count >= 0 ? _count : _count = anyone.Count + peers.Values.Sum(p => p.Count);

    public IEnumerable<PolicyKey> Keys => this.Select(e => e.Key);

    public IEnumerable<PolicyEntry> Values => this.Select(e => e.Value);

    public PolicyEntry this[PolicyKey key] => TryGetValue(key, out var entry) ? entry : throw new KeyNotFoundException($"There is no entry {key}.");

    /// <summary>The entries that go to a proxy. Costs a look at each peer, not at each entry.</summary>
    public IEnumerable<KeyValuePair<PolicyKey, PolicyEntry>> Redirects =>
        peers.Where(p => p.Value.Redirects).Select(p => (Peer: new SecurityIdentity(p.Key), Table: p.Value)).Append((Peer: SecurityIdentity.Unknown, Table: anyone))
            .SelectMany(p => p.Table.Entries.Where(e => e.Value.Action == PolicyAction.Redirect).Select(e => KeyValuePair.Create(e.Key.For(p.Peer), e.Value)));

    public bool ContainsKey(PolicyKey key) => TryGetValue(key, out _);

    public bool TryGetValue(PolicyKey key, [MaybeNullWhen(false)] out PolicyEntry value)
    {
        var ports = new PortKey(key.Protocol, key.Port, key.PortBits);
        if (key.Peer == SecurityIdentity.Unknown) return anyone.TryGet(ports, out value);
        value = null;
        return peers.TryGetValue(key.Peer.Value, out var table) && table.TryGet(ports, out value);
    }

    public IEnumerator<KeyValuePair<PolicyKey, PolicyEntry>> GetEnumerator()
    {
        foreach (var (ports, entry) in anyone.Entries) yield return new(ports.For(SecurityIdentity.Unknown), entry);
        foreach (var (peer, table) in peers)
        {
            foreach (var (ports, entry) in table.Entries) yield return new(ports.For(new SecurityIdentity(peer)), entry);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
