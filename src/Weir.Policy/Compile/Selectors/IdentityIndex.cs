using Weir.Policy.Rules;

namespace Weir.Policy.Compile.Selectors;

/// <summary>All identities and all selectors in use, each knowing the other. One writer.</summary>
internal sealed class IdentityIndex
{
    private readonly Dictionary<uint, PeerIdentity> _identities = [];
    private readonly Dictionary<(string Key, string Value), HashSet<uint>> _byLabel = [];
    private readonly Dictionary<string, SelectorMembers> _selectors = new(StringComparer.Ordinal);
    private readonly LabelIndex<SelectorMembers> _labelSelectors = new();
    private readonly List<SelectorMembers> _rangeSelectors = [];

    public IReadOnlyDictionary<uint, PeerIdentity> Identities => _identities;

    /// <summary>The members of a selector, computed now if no one asked before.</summary>
    public SelectorMembers Use(PeerSelector selector)
    {
        if (_selectors.TryGetValue(selector.Key, out var known)) return known;
        var members = new SelectorMembers(selector);
        _selectors[selector.Key] = members;
        if (selector is LabelPeer labels)
        {
            _labelSelectors.Add(labels.Selector, members);
            foreach (var id in Candidates(labels.Selector))
            {
                if (selector.Matches(_identities[id])) members.Members.Add(id);
            }
        }
        else if (selector is RangePeer)
        {
            _rangeSelectors.Add(members);
            foreach (var identity in _identities.Values)
            {
                if (selector.Matches(identity)) members.Members.Add(identity.Id);
            }
        }

        return members;
    }

    /// <summary>Forgets that a compiled policy uses a selector, and the selector with the last of them.</summary>
    public void Release(SelectorMembers members, CompiledPolicy user)
    {
        members.Users.Remove(user);
        if (members.Users.Count > 0 || !_selectors.Remove(members.Selector.Key)) return;
        if (members.Selector is LabelPeer labels) _labelSelectors.Remove(labels.Selector, members);
        else _rangeSelectors.Remove(members);
    }

    /// <summary>Adds an identity and says which selectors now mean it.</summary>
    public List<SelectorMembers> Add(PeerIdentity identity)
    {
        _identities[identity.Id] = identity;
        foreach (var label in identity.Labels.Labels)
        {
            if (!_byLabel.TryGetValue((label.Key, label.Value), out var set)) _byLabel[(label.Key, label.Value)] = set = [];
            set.Add(identity.Id);
        }

        List<SelectorMembers> found = [];
        _labelSelectors.Matching(identity.Labels, found);
        foreach (var members in _rangeSelectors)
        {
            if (members.Selector.Matches(identity)) found.Add(members);
        }

        found.RemoveAll(members => !members.Members.Add(identity.Id));
        return found;
    }

    /// <summary>Removes an identity and says which selectors meant it.</summary>
    public List<SelectorMembers> Remove(uint id)
    {
        if (!_identities.Remove(id, out var identity)) return [];
        foreach (var label in identity.Labels.Labels)
        {
            var set = _byLabel[(label.Key, label.Value)];
            set.Remove(id);
            if (set.Count == 0) _byLabel.Remove((label.Key, label.Value));
        }

        return [.. _selectors.Values.Where(members => members.Members.Remove(id))];
    }

    private IEnumerable<uint> Candidates(LabelSelector selector)
    {
        HashSet<uint>? best = null;
        foreach (var requirement in selector.Requirements)
        {
            if (requirement.Operator != LabelOperator.In || requirement.Values.Count != 1) continue;
            if (!_byLabel.TryGetValue((requirement.Key, requirement.Values[0]), out var set)) return [];
            if (best is null || set.Count < best.Count) best = set;
        }

        return best ?? (IEnumerable<uint>)_identities.Keys;
    }
}
