using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>Makes the table of one peer: for every key all that wider keys say is pushed in, so that the longest match decides rightly.</summary>
/// <param name="filters">All filters of the direction.</param>
/// <param name="selectors">The selectors that mean the peer, "anyone" included.</param>
internal sealed class PortTableBuilder(IReadOnlyList<PortFilter> filters, IReadOnlyList<string> selectors)
{
    private readonly Dictionary<PortKey, List<(PortFilter Filter, PeerPolicy Policy)>> _byKey = [];
    private int _bits;

    public void Add(PortFilter filter, PeerPolicy policy)
    {
        foreach (var key in filter.Keys)
        {
            if (!_byKey.TryGetValue(key, out var list)) _byKey[key] = list = [];
            list.Add((filter, policy));
            _bits |= 1 << key.Bits;
        }
    }

    public PortTable Build(bool anyone)
    {
        if (_byKey.Count == 0) return PortTable.Empty;
        Dictionary<PortKey, PolicyEntry> entries = new(_byKey.Count);
        List<(PortFilter Filter, PeerPolicy Policy)> covering = [];
        foreach (var key in _byKey.Keys)
        {
            covering.Clear();
            covering.AddRange(_byKey[key]);
            for (var bits = key.Bits - 1; bits >= 0; bits--)
            {
                // Keys are nested or apart, never across: what covers a key's range is exactly its wider forms.
                if ((_bits & (1 << bits)) != 0 && _byKey.TryGetValue(key.Widen(bits), out var wider)) covering.AddRange(wider);
            }

            if (key.Protocol != IpProtocol.Any && _byKey.TryGetValue(PortKey.Everything, out var all)) covering.AddRange(all);
            entries[key] = Combine(key, covering, anyone);
        }

        return new PortTable(entries);
    }

    private PolicyEntry Combine(PortKey key, List<(PortFilter Filter, PeerPolicy Policy)> covering, bool anyone)
    {
        var action = PolicyAction.Allow;
        PortFilter? redirecting = null;
        foreach (var (filter, policy) in covering)
        {
            if (policy.Action > action) action = policy.Action;

            // The narrowest comes first.
            if (policy.Action == PolicyAction.Redirect) redirecting ??= filter;
        }

        List<RuleOrigin> origins = [];
        foreach (var (_, policy) in covering)
        {
            if (policy.Action != action) continue;
            foreach (var origin in policy.Origins)
            {
                if (!origins.Contains(origin)) origins.Add(origin);
            }
        }

        var rules = action == PolicyAction.Deny ? new RuleSet(DecisionBasis.Deny, origins)
            : origins.Count == 0 ? RuleSet.LocalHost
            : new RuleSet(DecisionBasis.Allow, origins);
        return new PolicyEntry(action, MatchOf(key, anyone), rules, action == PolicyAction.Redirect ? Limits(redirecting!) : null);
    }

    // As Cilium has it, a redirect is known by its first port: ranges that start together share their rules, and plain
    // rules on other ranges or on the peer alone do not lift them.
    private L7Rules Limits(PortFilter redirecting)
    {
        var parser = "";
        List<L7Alternative> alternatives = [];
        foreach (var filter in filters)
        {
            if (filter.Range.Protocol != redirecting.Range.Protocol || filter.Range.First != redirecting.Range.First || filter.Range.Name != redirecting.Range.Name) continue;
            if (!ReferenceEquals(filter, redirecting) && !filter.Redirects) continue;
            foreach (var key in selectors)
            {
                if (!filter.Peers.TryGetValue(key, out var peer) || peer.Policy.Action == PolicyAction.Deny) continue;
                if (parser.Length == 0 || ReferenceEquals(filter, redirecting)) parser = peer.Policy.Parser.Length > 0 ? peer.Policy.Parser : parser;
                if (!alternatives.Contains(peer.Policy.Limits)) alternatives.Add(peer.Policy.Limits);
            }
        }

        return new L7Rules(parser) { Ports = redirecting.Range, Alternatives = [.. alternatives.OrderBy(a => a.IsUnrestricted)] };
    }

    private static PolicyMatch MatchOf(PortKey key, bool anyone) => (key.Protocol, key.Bits) switch
    {
        (IpProtocol.Any, _) => anyone ? PolicyMatch.All : PolicyMatch.L3Only,
        (_, 0) => anyone ? PolicyMatch.ProtoOnly : PolicyMatch.L3Proto,
        _ => anyone ? PolicyMatch.L4Only : PolicyMatch.L3L4,
    };
}
