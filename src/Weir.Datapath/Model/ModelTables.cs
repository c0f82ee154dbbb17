using Weir.Datapath.Maps;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Model;

/// <summary>The decision tables and who has which: what <c>PolicyTables</c> writes for the kernel, with the same numbers.</summary>
internal sealed class ModelTables
{
    private const uint FirstGivenRule = 16;

    private readonly Dictionary<uint, ModelTable> _tables = [];
    private readonly Dictionary<uint, (uint Egress, uint Ingress)> _inForce = [];
    private readonly Dictionary<RuleSet, uint> _ids = new() { [RuleSet.NoPolicy] = 0, [RuleSet.Init] = 1, [RuleSet.LocalHost] = 2 };
    private readonly Dictionary<uint, RuleSet> _rules = new() { [0] = RuleSet.NoPolicy, [1] = RuleSet.Init, [2] = RuleSet.LocalHost };
    private uint _nextTable = 1;
    private uint _nextRule = FirstGivenRule;

    /// <summary>The tables in force for an endpoint; 0 where there is none, and then all is dropped.</summary>
    public (uint Egress, uint Ingress) Of(uint endpoint) => _inForce.GetValueOrDefault(endpoint);

    /// <summary>The table of a number, or null.</summary>
    public ModelTable? Find(uint number) => _tables.GetValueOrDefault(number);

    public bool Has(uint endpoint) => _inForce.ContainsKey(endpoint);

    /// <summary>The rules behind an id; no policy for one that was never given.</summary>
    public RuleSet Resolve(uint id) => _rules.GetValueOrDefault(id, RuleSet.NoPolicy);

    /// <summary>Puts a policy in force.</summary>
    public void Set(uint endpoint, EndpointPolicy policy) => Swap(endpoint, Prepare(policy));

    /// <summary>Writes the tables of a policy, for <see cref="Swap"/>.</summary>
    public (uint Egress, uint Ingress) Prepare(EndpointPolicy policy)
    {
        var egress = TableFor(policy.Egress, policy.Revision);
        var ingress = TableFor(policy.Ingress, policy.Revision);
        egress.Users++;
        ingress.Users++;
        return (egress.Number, ingress.Number);
    }

    /// <summary>Gives an endpoint the tables that were prepared for it.</summary>
    public void Swap(uint endpoint, (uint Egress, uint Ingress) prepared)
    {
        var before = Of(endpoint);
        _inForce[endpoint] = prepared;
        Leave(before);
    }

    /// <summary>Adds entries to the table that an endpoint has in one direction, and that its equals share.</summary>
    /// <exception cref="DatapathException">The endpoint has no policy.</exception>
    public void Add(uint endpoint, TrafficDirection direction, IReadOnlyDictionary<PolicyKey, PolicyEntry> entries)
    {
        var (egress, ingress) = Of(endpoint);
        var table = Find(direction == TrafficDirection.Egress ? egress : ingress)
            ?? throw new DatapathException($"Endpoint {endpoint} has no policy to add to.", errno: 0);
        foreach (var (key, entry) in Translate(entries)) table.Entries[key] = entry;
    }

    /// <summary>Closes an endpoint: with no tables, all of its packets are dropped.</summary>
    public void Remove(uint endpoint)
    {
        if (_inForce.Remove(endpoint, out var before)) Leave(before);
    }

    private ModelTable TableFor(DirectionTable compiled, ulong revision)
    {
        var entries = Translate(compiled.Entries);
        var defaultRule = IdOf(compiled.Default);
        var names = NamesDigest.Of(compiled.Names, IdOf);
        var equal = _tables.Values.Where(known => known.Users > 0 && known.Says(compiled.Enforced, defaultRule, names, entries)).MinBy(known => known.Number);
        if (equal is not null) return equal;

        var table = new ModelTable(_nextTable++, revision, compiled.Enforced, defaultRule, names);
        foreach (var (key, entry) in entries) table.Entries[key] = entry;
        return _tables[table.Number] = table;
    }

    private Dictionary<PolicyKey, ModelEntry> Translate(IReadOnlyDictionary<PolicyKey, PolicyEntry> entries)
    {
        var translated = new Dictionary<PolicyKey, ModelEntry>(entries.Count);
        foreach (var (key, entry) in entries)
        {
            if (key.PortBits > 16 || (key.Protocol == IpProtocol.Any && key.PortBits > 0))
                throw new ArgumentException($"{key}: give 0 to 16 port bits, and none where the protocol is any.", nameof(entries));
            var mask = key.PortBits == 0 ? 0 : 0xFFFF << (16 - key.PortBits);
            translated[key with { Port = (ushort)(key.Port & mask) }] = new ModelEntry(IdOf(entry.Rules), entry.Action, (byte)entry.Match);
        }

        return translated;
    }

    /// <summary>The number of a rule set.</summary>
    public uint IdOf(RuleSet rules)
    {
        if (_ids.TryGetValue(rules, out var id)) return id;
        id = _nextRule++;
        _ids[rules] = id;
        _rules[id] = rules;
        return id;
    }

    private void Leave((uint Egress, uint Ingress) before)
    {
        foreach (var number in (ReadOnlySpan<uint>)[before.Egress, before.Ingress])
            if (_tables.TryGetValue(number, out var table) && --table.Users == 0) _tables.Remove(number);
    }
}
