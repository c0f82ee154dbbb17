using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Maps;

/// <summary>
/// The decision tables in the kernel. A new table is written whole under a number of its own, then an endpoint's two
/// numbers change in one word, then the table before is freed, once no packet can still be reading it.
/// </summary>
internal sealed class PolicyTables
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(100);

    private readonly PolicyMaps _maps;
    private readonly RuleRegistry _rules;
    private readonly Func<uint> _next;
    private readonly TimeProvider _time;
    private readonly Dictionary<uint, DecisionTable> _tables = [];
    private readonly Dictionary<uint, EndpointTablesAbi> _inForce = [];
    private readonly Queue<(long Since, DecisionTable Table)> _retired = [];

    /// <summary>Takes over what the maps hold. <paramref name="next"/> gives a table number that was never used.</summary>
    public PolicyTables(PolicyMaps maps, RuleRegistry rules, Func<uint> next, TimeProvider time)
    {
        (_maps, _rules, _next, _time) = (maps, rules, next, time);
        foreach (var number in maps.Tables.Keys())
        {
            if (maps.Tables.TryGet(number, out var table))
                _tables[number] = new DecisionTable(number, table.Revision, table.Enforced != 0, table.DefaultRule, new NamesDigest(table.Names, table.NameBits));
        }

        maps.ReadEntries((number, key, entry) =>
        {
            // Entries whose table was never finished, or not wholly freed, belong to nobody.
            if (_tables.TryGetValue(number, out var table)) table.Add(key, entry);
            else maps.Remove(number, key);
        });
    }

    /// <summary>Takes note that an adopted endpoint has its tables in force.</summary>
    public void Adopt(uint endpoint)
    {
        if (!_maps.EndpointTables.TryGet(endpoint, out var tables)) return;
        _inForce[endpoint] = tables;
        Use(tables, +1);
    }

    /// <summary>Frees tables that no adopted endpoint has.</summary>
    public void FreeUnused()
    {
        foreach (var table in _tables.Values.Where(table => table.Users == 0).ToList()) Free(table);
    }

    /// <summary>Whether an endpoint has a policy in force.</summary>
    public bool Has(uint endpoint) => _inForce.ContainsKey(endpoint);

    /// <summary>The number of the table that decides what an endpoint sends; 0 where it has none.</summary>
    public uint EgressOf(uint endpoint) => _inForce.GetValueOrDefault(endpoint).Egress;

    /// <summary>Puts a policy in force.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="ready">Told the number of its egress table once that is written and before the endpoint has it.</param>
    /// <exception cref="DatapathException">A map is full or refused; the policy before stays in force.</exception>
    public void Set(uint endpoint, EndpointPolicy policy, Action<uint>? ready = null)
    {
        FreeRetired(atOnce: false);
        var egress = TableFor(policy.Egress, policy.Revision);
        EndpointTablesAbi tables;
        try
        {
            tables = new EndpointTablesAbi { Egress = egress.Number, Ingress = TableFor(policy.Ingress, policy.Revision).Number };
            Use(tables, +1);
        }
        catch
        {
            if (egress.Users == 0) Free(egress);
            throw;
        }

        ready?.Invoke(tables.Egress);
        _maps.EndpointTables.Set(endpoint, tables);
        var replaced = _inForce.GetValueOrDefault(endpoint);
        _inForce[endpoint] = tables;
        Use(replaced, -1);
    }

    /// <summary>Adds entries to the table that an endpoint has in one direction, and that its equals share.</summary>
    public void Add(uint endpoint, TrafficDirection direction, IReadOnlyDictionary<PolicyKey, PolicyEntry> entries)
    {
        var numbers = _inForce.GetValueOrDefault(endpoint);
        var number = direction == TrafficDirection.Egress ? numbers.Egress : numbers.Ingress;
        if (!_tables.TryGetValue(number, out var table)) throw new DatapathException($"Endpoint {endpoint} has no policy to add to.", errno: 0);

        var added = Translate(entries);
        foreach (var (key, entry) in added)
        {
            if (table.Entries.TryGetValue(key, out var mine) && mine.Equals(entry)) added.Remove(key);
        }

        var kinds = table.Kinds;
        _maps.Write(number, added);
        foreach (var (key, entry) in added) table.Add(key, entry);
        if (table.Kinds != kinds) Describe(table);
    }

    /// <summary>Closes an endpoint: with no tables, all of its packets are dropped.</summary>
    public void Remove(uint endpoint)
    {
        _maps.EndpointTables.Set(endpoint, default);
        if (_inForce.Remove(endpoint, out var tables)) Use(tables, -1);
    }

    private DecisionTable TableFor(DirectionTable compiled, ulong revision)
    {
        var entries = Translate(compiled.Entries);
        var defaultRule = _rules.IdOf(compiled.Default);
        var names = NamesDigest.Of(compiled.Names, _rules.IdOf);
        // Of equal tables the oldest, so that the same calls always give the same numbers.
        var equal = _tables.Values.Where(known => known.Users > 0 && known.Says(compiled.Enforced, defaultRule, names, entries)).MinBy(known => known.Number);
        if (equal is not null) return equal;

        var table = new DecisionTable(_next(), revision, compiled.Enforced, defaultRule, names);
        try
        {
            Write(table, entries);
        }
        catch (DatapathException full) when (full.Errno is ErrnoName.TooBig or ErrnoName.NoSpace && _retired.Count > 0)
        {
            Erase(table.Number, entries.Keys);
            FreeRetired(atOnce: true);
            Write(table, entries);
        }

        foreach (var (key, entry) in entries) table.Add(key, entry);
        Describe(table);
        _tables[table.Number] = table;
        return table;
    }

    private void Write(DecisionTable table, Dictionary<PolicyKey, PolicyEntryAbi> entries)
    {
        try
        {
            _maps.Write(table.Number, entries);
        }
        catch
        {
            Erase(table.Number, entries.Keys);
            throw;
        }
    }

    private void Describe(DecisionTable table) => _maps.Tables.Set(table.Number, new TableAbi
    {
        Revision = table.Revision,
        DefaultRule = table.DefaultRule,
        Enforced = table.Enforced ? (byte)1 : (byte)0,
        Kinds = table.Kinds,
        Names = table.Names.Value,
        NameBits = table.Names.Bits,
    });

    private Dictionary<PolicyKey, PolicyEntryAbi> Translate(IReadOnlyDictionary<PolicyKey, PolicyEntry> entries)
    {
        var translated = new Dictionary<PolicyKey, PolicyEntryAbi>(entries.Count);
        foreach (var (key, entry) in entries)
        {
            if (key.PortBits > 16 || (key.Protocol == IpProtocol.Any && key.PortBits > 0))
                throw new ArgumentException($"{key}: give 0 to 16 port bits, and none where the protocol is any.", nameof(entries));
            var mask = key.PortBits == 0 ? 0 : 0xffff << (16 - key.PortBits);
            translated[key with { Port = (ushort)(key.Port & mask) }] =
                new PolicyEntryAbi { Rule = _rules.IdOf(entry.Rules), Action = (byte)entry.Action, Match = (byte)entry.Match };
        }

        return translated;
    }

    private void Use(EndpointTablesAbi tables, int change)
    {
        Use(tables.Egress, change);
        Use(tables.Ingress, change);
    }

    private void Use(uint number, int change)
    {
        if (!_tables.TryGetValue(number, out var table)) return;
        table.Users += change;
        if (table.Users == 0) _retired.Enqueue((_time.GetTimestamp(), table));
    }

    private void FreeRetired(bool atOnce)
    {
        if (atOnce) LibC.WaitForRunningPrograms();
        while (_retired.TryPeek(out var oldest) && (atOnce || _time.GetElapsedTime(oldest.Since) > s_grace))
        {
            _retired.Dequeue();
            if (oldest.Table.Users == 0 && _tables.ContainsKey(oldest.Table.Number)) Free(oldest.Table);
        }
    }

    private void Free(DecisionTable table)
    {
        _tables.Remove(table.Number);
        _maps.Tables.Remove(table.Number);
        Erase(table.Number, table.Entries.Keys);
    }

    private void Erase(uint number, IEnumerable<PolicyKey> keys)
    {
        foreach (var key in keys) _maps.Remove(number, key);
    }
}
