using Weir.Model;
using Weir.Proxy.Feed;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Names;

/// <summary>
/// The names that endpoints were answered, and the one writer of the datapath's tables of names. What an answer said is in the datapath when
/// <see cref="Learn"/> returns, so that the answer may be released. Any thread.
/// </summary>
internal sealed class NameBook(INameTable datapath, NameJournal journal, TimeProvider time)
{
    private const long JournalSlackMs = 15_000, ZombieCheckMs = 30_000;

    // How many are looked at while answers wait: some tens of microseconds.
    private const int MostAtOnce = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, EndpointNames> _endpoints = [];
    private readonly PriorityQueue<Lease, long> _expiries = new();
    private readonly SelectorIndex _index = new(datapath, time);
    private FeedSettings _settings = new();
    private bool _isAdopted;

    /// <summary>Names, or addresses, that were not learned because something is full. Their addresses stay blocked.</summary>
    public long NotLearned { get; private set; }

    /// <summary>Names and addresses that are known now.</summary>
    public (int Names, int Addresses) Count
    {
        get
        {
            lock (_gate) return (_endpoints.Values.Sum(e => e.ByName.Count), _endpoints.Values.Sum(e => e.ByAddress.Count));
        }
    }

    /// <summary>Takes back what the journal of an earlier run has.</summary>
    public void Load()
    {
        lock (_gate)
        {
            foreach (var entry in journal.Read())
            {
                if (entry.Addresses.Length == 0) Forget(entry.Endpoint);
                else LearnLocked(entry.Endpoint, entry.Name, entry.QueryType, entry.Addresses, entry.ExpiresMs + JournalSlackMs, entry.LearnedMs, isReplay: true);
            }
        }

        Compact();
    }

    /// <summary>Follows the policy: names are matched anew, endpoints that are gone are forgotten.</summary>
    /// <returns>What is not in force because the datapath's tables are full; null where all is.</returns>
    public string? SetPolicy(PolicyView before, PolicyView after)
    {
        lock (_gate)
        {
            _settings = after.Settings;
            if (!_isAdopted && datapath.IsReady)
            {
                _isAdopted = true;
                _index.Adopt();
            }

            foreach (var id in _endpoints.Keys.Where(id => IsGone(before, after, id)).ToList())
            {
                Forget(id);
                journal.Append(id, "", 0, 0, 0, []);
            }

            var refused = _index.Refused;
            if (_index.SetPolicy(after)) MatchAgain();
            else WriteAll();
            DropStrangers();
            return _index.Refused == refused ? null : "The table of decisions about names is full (weir_name_policy); addresses of some names stay blocked. Use fewer distinct toFQDNs rules.";
        }
    }

    /// <summary>Notes an answer and puts it in force.</summary>
    /// <param name="endpoint">Who asked.</param>
    /// <param name="name">What for, in lower case without the final dot.</param>
    /// <param name="queryType">The type asked for.</param>
    /// <param name="addresses">The answer's addresses.</param>
    /// <param name="ttlSeconds">The shortest time to live on the way to them.</param>
    /// <returns>Whether every address is in force for as far as policy allows it.</returns>
    public bool Learn(uint endpoint, ReadOnlySpan<char> name, ushort queryType, ReadOnlySpan<IpAddress> addresses, uint ttlSeconds)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            var lives = Math.Max(ttlSeconds, (uint)_settings.MinimumTtlSeconds);
            return LearnLocked(endpoint, name, queryType, addresses, now + (Math.Min(lives, 604_800L) * 1000), now, isReplay: false);
        }
    }

    /// <summary>The names that an endpoint knows an address by.</summary>
    public IReadOnlyCollection<string> NamesOf(uint endpoint, IpAddress address)
    {
        lock (_gate)
        {
            return _endpoints.TryGetValue(endpoint, out var names) && names.ByAddress.TryGetValue(address, out var known)
                ? [.. known.Leases.Select(l => l.Name.Name)]
                : [];
        }
    }

    /// <summary>Everything that is known, a copy.</summary>
    public IReadOnlyList<JournalEntry> All()
    {
        lock (_gate)
        {
            return [.. from endpoint in _endpoints
                       from name in endpoint.Value.ByName.Values
                       where name.Leases.Count > 0
                       from leases in name.Leases.GroupBy(l => l.ExpiresMs)
                       select new JournalEntry(endpoint.Key, name.Name, name.QueryType, leases.Key, name.LearnedMs, [.. leases.Select(l => l.Address.Address)])];
        }
    }

    /// <summary>Takes back what has expired, except where a connection of the endpoint to the address lives. Call it every few seconds.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<Lease> due = [];
        while (TakeDue(due, now))
        {
            // Answers have their turn in between.
        }

        // Without the lock: the walk takes a while, and answers must not wait for it.
        var live = due.Exists(l => l.Address.Written.Id != 0) ? datapath.LiveConnections() : new HashSet<(uint, IpAddress)>();
        for (var at = 0; at < due.Count; at += MostAtOnce)
        {
            lock (_gate)
            {
                for (var i = at; i < Math.Min(due.Count, at + MostAtOnce); i++) EndUnlessLive(due[i], live, now);
            }
        }

        lock (_gate)
        {
            if (_index.Sweep()) MatchAgain();
        }

        if (journal.IsLong) Compact();
    }

    /// <returns>Whether there may be more.</returns>
    private bool TakeDue(List<Lease> due, long now)
    {
        lock (_gate)
        {
            for (var taken = 0; taken < MostAtOnce; taken++)
            {
                if (!_expiries.TryPeek(out var lease, out var at) || at > now) return false;
                _expiries.Dequeue();
                if (lease.IsOver) continue;
                if (lease.ExpiresMs > now) _expiries.Enqueue(lease, lease.ExpiresMs); // was answered again meanwhile
                else due.Add(lease);
            }
        }

        return true;
    }

    private void EndUnlessLive(Lease lease, IReadOnlySet<(uint Endpoint, IpAddress Peer)> live, long now)
    {
        if (lease.IsOver) return;
        if (lease.ExpiresMs > now || live.Contains((lease.Address.Endpoint, lease.Address.Address)))
            _expiries.Enqueue(lease, Math.Max(lease.ExpiresMs, now + ZombieCheckMs));
        else
            End(lease);
    }

    private static bool IsGone(PolicyView before, PolicyView after, uint id) =>
        after.Find(id) is not { } now || (before.Find(id) is { } was && was.Told.Uid != now.Told.Uid);

    private bool LearnLocked(
        uint endpoint, ReadOnlySpan<char> name, ushort queryType, ReadOnlySpan<IpAddress> addresses, long expiresMs, long nowMs, bool isReplay)
    {
        if (!_endpoints.TryGetValue(endpoint, out var names)) _endpoints[endpoint] = names = new EndpointNames();
        if (!names.BySpan.TryGetValue(name, out var known))
        {
            var selectors = _index.Match(name);

            // Names that no policy means are kept for a policy to come, but may not take the room of those that one means.
            if (names.ByName.Count >= (selectors == SelectorSet.None ? _settings.MaxNamesPerEndpoint / 2 : _settings.MaxNamesPerEndpoint))
            {
                NotLearned++;
                return selectors == SelectorSet.None;
            }

            names.ByName[name.ToString()] = known = new KnownName(name.ToString()) { Selectors = selectors };
        }

        (known.LearnedMs, known.QueryType) = (nowMs, queryType);
        var isWritten = true;
        var isNews = false;
        foreach (var address in addresses)
        {
            var lease = Take(names, endpoint, known, address, expiresMs);
            if (expiresMs > lease.ExpiresMs) lease.ExpiresMs = expiresMs;
            if (lease.ExpiresMs - lease.JournaledMs > JournalSlackMs)
            {
                isNews = true;
                lease.JournaledMs = lease.ExpiresMs;
            }

            isWritten &= lease.Address.IsCurrent || Write(lease.Address);
        }

        if (isNews && !isReplay) journal.Append(endpoint, name, queryType, expiresMs, nowMs, addresses);
        if (!isWritten) NotLearned++;
        return isWritten;
    }

    private Lease Take(EndpointNames names, uint endpoint, KnownName name, IpAddress address, long expiresMs)
    {
        if (!names.ByAddress.TryGetValue(address, out var known)) names.ByAddress[address] = known = new KnownAddress(endpoint, address);

        // A name has few addresses; an address of many sites may have very many names.
        foreach (var mine in name.Leases)
            if (mine.Address == known) return mine;
        if (name.Leases.Count >= _settings.MaxAddressesPerName) End(name.Leases.MinBy(l => l.ExpiresMs)!);
        var lease = new Lease(name, known);
        name.Leases.Add(lease);
        known.Leases.Add(lease);
        known.IsCurrent &= known.Written.Covers(name.Selectors);
        names.ByAddress[address] = known; // the lease that made room may have been the address' last
        _expiries.Enqueue(lease, expiresMs);
        return lease;
    }

    /// <summary>Brings the datapath's entry of an address to what its names now mean.</summary>
    private bool Write(KnownAddress address)
    {
        var set = address.Leases.Count == 0 ? SelectorSet.None : _index.Union(address.Leases);
        var wanted = set.IsWritten ? set : SelectorSet.None;
        if (wanted != address.Written)
        {
            if (wanted == SelectorSet.None) datapath.RemoveNames(address.Endpoint, address.Address);
            else if (!datapath.SetNames(address.Endpoint, address.Address, wanted.Id)) return address.IsCurrent = false;
            address.Written = wanted;
        }

        return address.IsCurrent = set == SelectorSet.None || set.IsWritten;
    }

    private void End(Lease lease)
    {
        lease.IsOver = true;
        lease.Name.Leases.Remove(lease);
        lease.Address.Leases.Remove(lease);
        if (!lease.Address.Leases.Exists(l => l.Name.Selectors == lease.Name.Selectors)) Write(lease.Address);
        var names = _endpoints[lease.Address.Endpoint];
        if (lease.Address.Leases.Count == 0) names.ByAddress.Remove(lease.Address.Address);
        if (lease.Name.Leases.Count > 0) return;
        lease.Name.Selectors = SelectorSet.None;
        names.ByName.Remove(lease.Name.Name);
    }

    private void Forget(uint endpoint)
    {
        if (!_endpoints.Remove(endpoint, out var names)) return;
        foreach (var address in names.ByAddress.Values)
        {
            foreach (var lease in address.Leases) lease.IsOver = true;
            if (address.Written != SelectorSet.None) datapath.RemoveNames(endpoint, address.Address);
            address.Written = SelectorSet.None;
        }

        foreach (var name in names.ByName.Values) name.Selectors = SelectorSet.None;
    }

    private void MatchAgain()
    {
        foreach (var names in _endpoints.Values)
            foreach (var name in names.ByName.Values) name.Selectors = _index.Match(name.Name);
        WriteAll();
    }

    private void WriteAll()
    {
        foreach (var names in _endpoints.Values)
            foreach (var address in names.ByAddress.Values) Write(address);
    }

    /// <summary>Takes out of the datapath what an earlier process wrote and this one knows nothing of, once.</summary>
    private void DropStrangers()
    {
        if (!_isAdopted || _strangersDropped) return;
        _strangersDropped = true;
        foreach (var known in datapath.Addresses)
        {
            var isOurs = _endpoints.TryGetValue(known.Endpoint, out var names) && names.ByAddress.TryGetValue(known.Address, out var address) && address.Written != SelectorSet.None;
            if (!isOurs) datapath.RemoveNames(known.Endpoint, known.Address);
        }
    }

    private bool _strangersDropped;

    /// <summary>Writes the journal anew, a little at a time; what is learned meanwhile goes to both.</summary>
    private void Compact()
    {
        List<(uint Endpoint, KnownName Name)> all;
        lock (_gate)
        {
            if (!journal.TryBeginRewrite()) return;
            all = [.. _endpoints.SelectMany(e => e.Value.ByName.Values.Select(n => (e.Key, n)))];
        }

        for (var at = 0; at < all.Count; at += MostAtOnce / 16)
        {
            lock (_gate)
            {
                for (var i = at; i < Math.Min(all.Count, at + (MostAtOnce / 16)); i++) Rewrite(all[i].Endpoint, all[i].Name);
            }
        }

        lock (_gate) journal.EndRewrite();
    }

    private void Rewrite(uint endpoint, KnownName name)
    {
        // What was forgotten meanwhile has no leases, or its endpoint is another's.
        if (!_endpoints.TryGetValue(endpoint, out var names) || names.ByName.GetValueOrDefault(name.Name) != name) return;
        foreach (var leases in name.Leases.GroupBy(l => l.ExpiresMs))
            journal.Rewrite(endpoint, name.Name, name.QueryType, leases.Key, name.LearnedMs, [.. leases.Select(l => l.Address.Address)]);
    }
}
