using System.Collections.Immutable;
using Weir.Model;
using Weir.Policy.Compile.Selectors;

namespace Weir.Policy.Compile;

/// <summary>One direction of a compiled policy: its filters, the selectors that they use, and the tables that follow from them.</summary>
internal sealed class DirectionPlan
{
    private readonly PortFilter[] _filters;
    private readonly SelectorMembers[] _selectors;
    private readonly Dictionary<string, PortTable> _bySignature = new(StringComparer.Ordinal);
    private readonly bool _enforced;
    private readonly bool _selected;
    private readonly RuleSet _default;
    private readonly PortTable _anyone;
    private readonly IReadOnlyList<NamedEntries> _names;

    public DirectionPlan(IReadOnlyCollection<PortFilter> filters, IdentityIndex index, bool enforced, bool selected, RuleSet byDefault)
    {
        _filters = [.. filters];
        (_enforced, _selected, _default) = (enforced, selected, byDefault);
        Dictionary<string, PeerSelector> distinct = new(StringComparer.Ordinal);
        foreach (var filter in _filters)
        {
            foreach (var (key, peer) in filter.Peers) distinct.TryAdd(key, peer.Selector);
        }

        _selectors = [.. distinct.Values.Where(s => s is not (AnyPeer or NamePeer)).Select(index.Use)];
        _anyone = TableOf([AnyPeer.Instance.Key], anyone: true);
        _names =
        [
            .. distinct.Values.OfType<NamePeer>().Select(n => new NamedEntries(n.Names, new EntryTable(TableOf([n.Key], anyone: false), ImmutableDictionary<uint, PortTable>.Empty))),
        ];
    }

    public IReadOnlyList<SelectorMembers> Selectors => _selectors;

    /// <summary>The table as of now.</summary>
    public DirectionTable Build()
    {
        Dictionary<uint, List<char>> meant = [];
        for (var i = 0; i < _selectors.Length; i++)
        {
            foreach (var id in _selectors[i].Members)
            {
                if (!meant.TryGetValue(id, out var list)) meant[id] = list = [];
                list.Add((char)i);
            }
        }

        var peers = ImmutableDictionary.CreateBuilder<uint, PortTable>();
        foreach (var (id, list) in meant) peers[id] = BySignature(new string([.. list]));
        return Table(peers.ToImmutable());
    }

    /// <summary>The table after one identity came or went; the same instance where nothing changes for it.</summary>
    public DirectionTable Update(DirectionTable table, uint id)
    {
        if (table.Entries is not EntryTable entries) return table;
        List<char> meant = [];
        for (var i = 0; i < _selectors.Length; i++)
        {
            if (_selectors[i].Members.Contains(id)) meant.Add((char)i);
        }

        if (meant.Count == 0) return entries.Peers.ContainsKey(id) ? Table(entries.Peers.Remove(id)) : table;
        var wanted = BySignature(new string([.. meant]));
        return entries.Peers.TryGetValue(id, out var had) && ReferenceEquals(had, wanted) ? table : Table(entries.Peers.SetItem(id, wanted));
    }

    private DirectionTable Table(ImmutableDictionary<uint, PortTable> peers) =>
        new(_enforced, _default, new EntryTable(_anyone, peers)) { Names = _names, IsSelected = _selected };

    private PortTable BySignature(string signature)
    {
        if (_bySignature.TryGetValue(signature, out var table)) return table;
        return _bySignature[signature] = TableOf([.. signature.Select(c => _selectors[c].Selector.Key)], anyone: false);
    }

    private PortTable TableOf(string[] selectors, bool anyone)
    {
        var builder = new PortTableBuilder(_filters, anyone ? selectors : [.. selectors, AnyPeer.Instance.Key]);
        HashSet<(IpProtocol, ushort, string?)> proxied = [];
        foreach (var filter in _filters)
        {
            foreach (var key in selectors)
            {
                if (!filter.Peers.TryGetValue(key, out var peer)) continue;
                builder.Add(filter, peer.Policy);
                if (filter.Redirects) proxied.Add((filter.Range.Protocol, filter.Range.First, filter.Range.Name));
            }
        }

        if (anyone) return builder.Build(anyone);
        foreach (var filter in _filters)
        {
            // What is said to anyone where a proxy looks belongs to what the proxy has to know about this peer.
            if (proxied.Contains((filter.Range.Protocol, filter.Range.First, filter.Range.Name)) && filter.Redirects &&
                filter.Peers.TryGetValue(AnyPeer.Instance.Key, out var all))
            {
                builder.Add(filter, all.Policy);
            }
        }

        return builder.Build(anyone);
    }
}
