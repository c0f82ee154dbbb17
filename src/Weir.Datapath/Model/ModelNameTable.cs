using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>The tables of names in managed memory: <c>weir_names</c> and <c>weir_name_policy</c> of bpf/maps.h.</summary>
internal sealed class ModelNameTable(ModelState state, Lock gate) : INameTable
{
    private const int MostNames = 524_288, MostDecisions = 65_536;

    /// <inheritdoc/>
    public bool IsReady => true;

    /// <inheritdoc/>
    public IReadOnlyCollection<NamedAddress> Addresses
    {
        get
        {
            lock (gate) return [.. state.Names.Select(n => new NamedAddress(n.Key.Endpoint, n.Key.Address, n.Value))];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<NameDecisionKey> Decisions
    {
        get
        {
            lock (gate) return [.. state.NamePolicy.Keys];
        }
    }

    /// <inheritdoc/>
    public bool SetNames(uint endpoint, IpAddress address, uint set)
    {
        lock (gate) return Set(state.Names, (endpoint, address), set, MostNames);
    }

    /// <inheritdoc/>
    public void RemoveNames(uint endpoint, IpAddress address)
    {
        lock (gate) state.Names.Remove((endpoint, address));
    }

    /// <inheritdoc/>
    public bool SetDecision(NameDecisionKey key, NameDecision decision)
    {
        lock (gate) return Set(state.NamePolicy, key, decision, MostDecisions);
    }

    /// <inheritdoc/>
    public void RemoveDecision(NameDecisionKey key)
    {
        lock (gate) state.NamePolicy.Remove(key);
    }

    /// <inheritdoc/>
    public SecurityIdentity IdentityOf(IpAddress address)
    {
        lock (gate) return new SecurityIdentity(state.IdentityOf(address));
    }

    /// <inheritdoc/>
    public IReadOnlySet<(uint Endpoint, IpAddress Peer)> LiveConnections()
    {
        const ConnectionMarks Over = ConnectionMarks.Ended | ConnectionMarks.Rst;
        var live = new HashSet<(uint, IpAddress)>();
        lock (gate)
        {
            foreach (var (key, connection) in state.Connections.Entries)
            {
                if (connection.SourceEndpoint == 0 || (connection.Marks & Over) != 0) continue;
                live.Add((connection.SourceEndpoint, (connection.Marks & ConnectionMarks.OpenerIsSource) != 0 ? key.Destination : key.Source));
            }
        }

        return live;
    }

    private static bool Set<TKey, TValue>(Dictionary<TKey, TValue> table, TKey key, TValue value, int most)
        where TKey : notnull
    {
        if (table.Count >= most && !table.ContainsKey(key)) return false;
        table[key] = value;
        return true;
    }
}
