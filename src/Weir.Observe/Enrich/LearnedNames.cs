using Weir.Model;

namespace Weir.Observe.Enrich;

/// <summary>Which endpoint knows which address by which names: what answers of name servers said. Any thread.</summary>
/// <remarks>Bounded: at most 131,072 addresses, of which the one that was learned first makes room, and 8 names each.</remarks>
public sealed class LearnedNames
{
    private const int MostAddresses = 131_072, MostNames = 8;
    private const long Second = 1_000_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(uint Endpoint, IpAddress Address), Entry> _known = [];
    private readonly Queue<(uint Endpoint, IpAddress Address)> _order = new();

    /// <summary>Notes that an endpoint was answered an address for a name. Allocates nothing for a name that is known.</summary>
    /// <param name="endpoint">The endpoint that asked.</param>
    /// <param name="address">An address of the answer.</param>
    /// <param name="query">The name that was asked for, with its final dot.</param>
    /// <param name="queryType">The type that was asked for.</param>
    /// <param name="timeNanoseconds">When, since 1970. What is seen again within a second keeps its earlier time.</param>
    public void Add(uint endpoint, IpAddress address, string query, string queryType, long timeNanoseconds)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue((endpoint, address), out var entry))
            {
                if (_order.Count == MostAddresses) _known.Remove(_order.Dequeue());
                _known[(endpoint, address)] = entry = new Entry();
                _order.Enqueue((endpoint, address));
            }

            entry.Add(new Answer(query, queryType, timeNanoseconds));
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
            var learned = entry.Learned();
            return entry.Named = end with { Learned = learned, Names = [.. learned.Select(n => n.Name)] };
        }
    }

    private readonly record struct Answer(string Query, string QueryType, long TimeNanoseconds);

    private sealed class Entry
    {
        private Answer[] _newestFirst = new Answer[1]; // most addresses have one name
        private int _count;

        public Endpoint? Of { get; set; }

        public Endpoint? Named { get; set; }

        public void Add(in Answer answer)
        {
            var at = 0;
            while (at < _count && _newestFirst[at].Query != answer.Query) at++;
            if (at == 0 && _count > 0 && _newestFirst[0].QueryType == answer.QueryType && answer.TimeNanoseconds - _newestFirst[0].TimeNanoseconds < Second) return;
            if (at == _count)
            {
                if (_count == _newestFirst.Length && _count < MostNames) Array.Resize(ref _newestFirst, 2 * _count);
                _count = Math.Min(_count + 1, MostNames);
                at = _count - 1;
            }

            Array.Copy(_newestFirst, 0, _newestFirst, 1, at);
            _newestFirst[0] = answer;
            Named = null;
        }

        public LearnedName[] Learned() =>
            [.. _newestFirst.Take(_count).Select(a => new LearnedName(a.Query.TrimEnd('.'), a.TimeNanoseconds, a.QueryType))];
    }
}
