using Weir.Model;

namespace Weir.Observe.Enrich;

/// <summary>Which endpoint knows which address by which names: what answers of name servers said. Any thread.</summary>
/// <remarks>Bounded: at most 131,072 addresses, of which the one that was learned first makes room, and 8 names each.</remarks>
public sealed class LearnedNames
{
    private const int MostAddresses = 131_072, MostNames = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<(uint Endpoint, IpAddress Address), Entry> _known = [];
    private readonly Queue<(uint Endpoint, IpAddress Address)> _order = new();

    /// <summary>Notes that an endpoint was answered an address for a name.</summary>
    public void Add(uint endpoint, IpAddress address, LearnedName name)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue((endpoint, address), out var entry))
            {
                if (_order.Count == MostAddresses) _known.Remove(_order.Dequeue());
                _known[(endpoint, address)] = entry = new Entry();
                _order.Enqueue((endpoint, address));
            }

            // The newest first, each once.
            entry.Names = [name, .. entry.Names.Where(n => n.Name != name.Name).Take(MostNames - 1)];
            entry.Named = null;
        }
    }

    /// <summary>Whether an endpoint knows an address by any name.</summary>
    public bool Knows(uint endpoint, IpAddress address)
    {
        lock (_gate) return _known.ContainsKey((endpoint, address));
    }

    /// <summary>The same end of a flow with the names that the other end, an endpoint of this node, knows it by.</summary>
    /// <returns><paramref name="end"/> itself where there are none. Allocates only after something was learned.</returns>
    public Endpoint Name(Endpoint end, uint endpoint, IpAddress address)
    {
        if (endpoint == 0) return end;
        lock (_gate)
        {
            if (!_known.TryGetValue((endpoint, address), out var entry)) return end;
            if (entry.Named is { } named && ReferenceEquals(entry.Of, end)) return named;
            entry.Of = end;
            return entry.Named = end with { Learned = entry.Names, Names = [.. entry.Names.Select(n => n.Name)] };
        }
    }

    private sealed class Entry
    {
        public IReadOnlyList<LearnedName> Names { get; set; } = [];

        public Endpoint? Of { get; set; }

        public Endpoint? Named { get; set; }
    }
}
