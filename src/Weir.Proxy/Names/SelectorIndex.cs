using Weir.Model;
using Weir.Policy.Rules;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Names;

/// <summary>The selectors of every table, which sets of them are met, and the decisions about each set in the datapath.</summary>
/// <remarks>Tables that no endpoint has any more are kept for a while: the datapath may not have swapped yet. One caller at a time.</remarks>
internal sealed class SelectorIndex(INameTable datapath, TimeProvider time)
{
    private const long GraceMs = 5_000;

    private readonly Dictionary<uint, TableNames> _tables = [];
    private readonly Dictionary<NamePattern, int> _numbers = [];
    private readonly List<NamePattern> _selectors = [];
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly List<int> _patterns = [];
    private readonly Dictionary<string, SelectorSet> _sets = new(StringComparer.Ordinal);
    private readonly HashSet<NameDecisionKey> _written = [];
    private readonly List<int> _matched = [];
    private Func<RuleSet, uint> _ruleIds = _ => 0;
    private uint _nextSet = 1;
    private bool _isAdopted;

    /// <summary>Decisions that found no room in the datapath.</summary>
    public long Refused { get; private set; }

    /// <summary>How many sets there are.</summary>
    public int Sets => _sets.Count;

    /// <summary>Starts where an earlier process of the same node has left tables: its numbers are not used again.</summary>
    public void Adopt()
    {
        foreach (var key in datapath.Decisions)
        {
            _nextSet = Math.Max(_nextSet, key.Set + 1);
            _written.Add(key);
        }

        _isAdopted = true;
        foreach (var known in datapath.Addresses) _nextSet = Math.Max(_nextSet, known.Set + 1);
    }

    /// <summary>Takes over the tables of a policy. Decisions of new tables are written at once, about the sets that are met so far.</summary>
    /// <returns>Whether the selectors are others than before, so that every name has to be looked at again.</returns>
    public bool SetPolicy(PolicyView policy)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var ids = new Dictionary<RuleSet, uint>();
        foreach (var (id, rules) in policy.Rules) ids[rules] = id;
        _ruleIds = rules => ids.GetValueOrDefault(rules);

        var used = new HashSet<uint>();
        var fresh = new List<TableNames>();
        foreach (var endpoint in policy.Endpoints)
        {
            if (endpoint.Egress.Names.Count == 0 || endpoint.Told.EgressTable == 0 || !used.Add(endpoint.Told.EgressTable)) continue;
            if (_tables.ContainsKey(endpoint.Told.EgressTable)) continue;
            fresh.Add(_tables[endpoint.Told.EgressTable] = new TableNames(endpoint.Told.EgressTable, endpoint.Egress.Names));
        }

        foreach (var table in _tables.Values) table.UnusedSinceMs = used.Contains(table.Number) ? null : table.UnusedSinceMs ?? now;
        foreach (var set in _sets.Values)
        {
            // What found no room before, or no tables at all, may find it now.
            var isNew = !set.IsWritten;
            set.IsWritten = true;
            Write(set, isNew ? _tables.Values : fresh);
        }

        return Reindex();
    }

    /// <summary>Forgets tables that nobody has had for a while, and decisions about sets that nothing has any more.</summary>
    /// <returns>Whether the selectors are others than before.</returns>
    public bool Sweep()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var before = _tables.Count + _sets.Count;
        foreach (var (number, table) in _tables)
            if (table.UnusedSinceMs is { } since && now - since > GraceMs) _tables.Remove(number);
        foreach (var (key, set) in _sets)
            if (set.Uses == 0) _sets.Remove(key);
        if (_tables.Count + _sets.Count == before && !_isAdopted) return false;
        _isAdopted = false;
        var alive = _sets.Values.Select(s => s.Id).ToHashSet();
        foreach (var key in _written.Where(k => !_tables.ContainsKey(k.Table) || !alive.Contains(k.Set)).ToList())
        {
            datapath.RemoveDecision(key);
            _written.Remove(key);
        }

        return Reindex();
    }

    /// <summary>The set of selectors that mean a name; its decisions are in the datapath if it says so.</summary>
    public SelectorSet Match(ReadOnlySpan<char> name)
    {
        _matched.Clear();
        if (_exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var exact)) _matched.Add(exact);
        foreach (var pattern in _patterns)
            if (_selectors[pattern].MatchesNormal(name)) _matched.Add(pattern);
        return Intern(_matched);
    }

    /// <summary>The set of what any of several sets has.</summary>
    public SelectorSet Union(IReadOnlyList<Lease> leases)
    {
        if (leases.Count == 1) return leases[0].Name.Selectors;
        _matched.Clear();
        foreach (var lease in leases)
        {
            foreach (var selector in lease.Name.Selectors.Selectors)
                if (!_matched.Contains(selector)) _matched.Add(selector);
        }

        return Intern(_matched);
    }

    private SelectorSet Intern(List<int> selectors)
    {
        if (selectors.Count == 0) return SelectorSet.None;
        selectors.Sort();
        Span<char> key = selectors.Count <= 64 ? stackalloc char[selectors.Count * 2] : new char[selectors.Count * 2];
        for (var i = 0; i < selectors.Count; i++) (key[i * 2], key[(i * 2) + 1]) = ((char)(selectors[i] >> 16), (char)selectors[i]);
        if (_sets.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known)) return known;
        var set = new SelectorSet(_nextSet++, [.. selectors]) { IsWritten = true };
        Write(set, _tables.Values);
        return _sets[key.ToString()] = set;
    }

    private void Write(SelectorSet set, IReadOnlyCollection<TableNames> tables)
    {
        foreach (var table in tables)
        {
            foreach (var (key, entry) in table.DecisionsFor(set.Selectors.Select(s => _selectors[s])))
            {
                var at = new NameDecisionKey(table.Number, set.Id, key.Protocol, key.Port, key.PortBits);
                if (datapath.SetDecision(at, new NameDecision((byte)entry.Action, entry.Match, _ruleIds(entry.Rules))))
                {
                    _written.Add(at);
                    continue;
                }

                // A narrower decision may be a denial: without it the wider ones must not stand either.
                Refused++;
                set.IsWritten = false;
            }
        }
    }

    /// <summary>Makes the lists that names are matched against. A selector keeps its number for as long as the process lives.</summary>
    private bool Reindex()
    {
        var wanted = _tables.Values.SelectMany(t => t.Selectors).ToHashSet();
        if (wanted.Count == _exact.Count + _patterns.Count && _patterns.Concat(_exact.Values).All(n => wanted.Contains(_selectors[n]))) return false;
        _exact.Clear();
        _patterns.Clear();
        foreach (var selector in wanted)
        {
            if (!_numbers.TryGetValue(selector, out var number))
            {
                _numbers[selector] = number = _selectors.Count;
                _selectors.Add(selector);
            }

            if (!selector.IsPattern && _exact.TryAdd(NamePattern.Normalise(selector.Text), number)) continue;
            _patterns.Add(number);
        }

        return true;
    }
}
