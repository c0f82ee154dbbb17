using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Gives each range of addresses that is named somewhere an identity of this node. One writer.</summary>
internal sealed class LocalIdentities(bool dualStack, uint first)
{
    private readonly Dictionary<IpPrefix, LocalIdentity> _byPrefix = [];
    private readonly Dictionary<IpPrefix, int> _uses = [];
    private readonly SortedDictionary<string, CidrGroup> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<IpPrefix> _apiServers = [];
    private uint _next = first;
    private bool _changed;

    public IReadOnlyCollection<LocalIdentity> All => _byPrefix.Values;

    public IReadOnlyDictionary<string, CidrGroup> Groups => _groups;

    /// <summary>The identity of an address outside the cluster.</summary>
    public (SecurityIdentity Identity, LabelSet Labels) Of(IpAddress address)
    {
        LocalIdentity? best = null;
        foreach (var local in _byPrefix.Values)
        {
            if (local.Prefix.Contains(address) && (best is null || local.Prefix.MappedLength > best.Prefix.MappedLength)) best = local;
        }

        if (best is not null) return (best.Identity, best.Labels);
        var world = !dualStack ? SecurityIdentity.World : address.IsIPv4 ? SecurityIdentity.WorldIPv4 : SecurityIdentity.WorldIPv6;
        return (world, LabelSet.Reserved(world.ReservedName!));
    }

    /// <summary>Counts uses of ranges up or down. The range of everything is the world and needs no identity.</summary>
    public void Use(IEnumerable<IpPrefix> prefixes, int uses)
    {
        foreach (var prefix in prefixes)
        {
            if (prefix.Length == 0) continue;
            var before = _uses.GetValueOrDefault(prefix);
            var count = before + uses;
            if (before == 0 || count <= 0) _changed = true;
            if (count > 0) _uses[prefix] = count;
            else _uses.Remove(prefix);
        }
    }

    public void SetGroup(string name, CidrGroup? group)
    {
        _changed = true;
        if (group is null) _groups.Remove(name);
        else _groups[name] = group;
    }

    public void SetApiServers(IEnumerable<IpAddress> addresses)
    {
        _changed = true;
        _apiServers.Clear();
        foreach (var address in addresses) _apiServers.Add(IpPrefix.Of(address));
    }

    /// <summary>Brings identities in line with uses: which are new (or have new labels), and which are gone.</summary>
    public (List<LocalIdentity> Added, List<LocalIdentity> Removed) Reconcile()
    {
        if (!_changed) return ([], []);
        _changed = false;
        HashSet<IpPrefix> wanted = [.. _uses.Keys, .. _apiServers, .. _groups.Values.SelectMany(g => g.Ranges).Where(p => p.Length > 0)];
        List<LocalIdentity> added = [], removed = [];
        foreach (var local in _byPrefix.Values.ToList())
        {
            if (wanted.Contains(local.Prefix) && local.Labels.Equals(LabelsOf(local.Prefix))) continue;
            _byPrefix.Remove(local.Prefix);
            removed.Add(local);
        }

        foreach (var prefix in wanted)
        {
            if (_byPrefix.ContainsKey(prefix)) continue;
            var local = new LocalIdentity(prefix, new SecurityIdentity(_next++), LabelsOf(prefix));
            _byPrefix[prefix] = local;
            added.Add(local);
        }

        return (added, removed);
    }

    private LabelSet LabelsOf(IpPrefix prefix)
    {
        List<Label> labels = [new(LabelNames.Reserved, !dualStack ? "world" : prefix.Address.IsIPv4 ? "world-ipv4" : "world-ipv6", "")];
        if (_apiServers.Contains(prefix)) labels.Add(new Label(LabelNames.Reserved, "kube-apiserver", ""));
        IpPrefix? named = _uses.ContainsKey(prefix) ? prefix : null;
        if (named is null && _apiServers.Contains(prefix))
        {
            foreach (var other in _uses.Keys)
            {
                if (other.Contains(prefix) && (named is null || other.MappedLength > named.Value.MappedLength)) named = other;
            }
        }

        if (named is { } range) labels.Add(new Label(LabelNames.Cidr, KeyOf(range), ""));
        foreach (var group in _groups.Values)
        {
            if (group.Ranges.Any(r => r.Contains(prefix))) labels.AddRange(group.IdentityLabels());
        }

        return new LabelSet(labels);
    }

    // A colon would end a label's source, so IPv6 is written with dashes: 2001:db8:: is 2001-db8--0.
    private static string KeyOf(IpPrefix prefix)
    {
        var text = prefix.Address.ToString().Replace(':', '-');
        if (text.StartsWith('-')) text = "0" + text;
        if (text.EndsWith('-')) text += "0";
        return $"{text}/{prefix.Length}";
    }
}
