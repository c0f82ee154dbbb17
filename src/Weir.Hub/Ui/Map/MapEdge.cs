using System.Text;
using Weir.Hub.Ui.Flows;

namespace Weir.Hub.Ui.Map;

/// <summary>What passes, or does not, between two cards on one port.</summary>
internal sealed class MapEdge(MapNode from, MapNode to, int port, Transport transport, bool isDropped)
{
    /// <summary>Pieces of time that are told apart.</summary>
    public const int Bins = 20;

    private const int MostLatencies = 512;
    private const int MostNames = 5;
    private const int MostRules = 8;
    private readonly long[] _bins = new long[Bins];
    private readonly long[] _requestBins = new long[Bins];
    private readonly long[] _errorBins = new long[Bins];
    private readonly List<float> _latencies = [];
    private readonly List<byte[]> _names = [];
    private readonly List<MapRule> _rules = [];
    private int _nextLatency;

    /// <summary>The sender.</summary>
    public MapNode From => from;

    /// <summary>The receiver.</summary>
    public MapNode To => to;

    /// <summary>The receiver's port.</summary>
    public int Port => port;

    /// <summary>The protocol.</summary>
    public Transport Transport => transport;

    /// <summary>Whether it was dropped.</summary>
    public bool IsDropped => isDropped;

    /// <summary>Flows of a piece of time: connections, or requests where these are more, since a proxy's own connections are not all seen.</summary>
    public long FlowsOf(int bin) => Math.Max(_bins[bin], _requestBins[bin]);

    /// <summary>Flows of all pieces.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            for (var bin = 0; bin < Bins; bin++) total += FlowsOf(bin);
            return total;
        }
    }

    /// <summary>Requests that were answered.</summary>
    public long Requests => _requestBins.Sum();

    /// <summary>Answers that were errors.</summary>
    public long Errors => _errorBins.Sum();

    /// <summary>Whether a proxy sees it.</summary>
    public bool IsRedirected { get; set; }

    /// <summary>Whether policy would have dropped it, but is only audited.</summary>
    public bool IsAudited { get; set; }

    /// <summary>The DNS names of the receiver's addresses.</summary>
    public IEnumerable<string> Names => _names.Select(Encoding.UTF8.GetString);

    /// <summary>The rules behind the decisions.</summary>
    public IReadOnlyList<MapRule> Rules => _rules;

    /// <summary>Adds flows to a piece of time.</summary>
    public void Add(int bin, long count) => _bins[bin] += count;

    /// <summary>Adds answered requests to a piece of time.</summary>
    public void AddRequests(int bin, long count, bool areErrors)
    {
        _requestBins[bin] += count;
        if (areErrors) _errorBins[bin] += count;
    }

    /// <summary>Empties a piece of time, which begins anew.</summary>
    public void Clear(int bin) => _bins[bin] = _requestBins[bin] = _errorBins[bin] = 0;

    /// <summary>Adds the time that an answer took.</summary>
    public void AddLatency(long nanoseconds)
    {
        if (nanoseconds <= 0) return;
        var milliseconds = nanoseconds / 1e6f;
        if (_latencies.Count < MostLatencies) _latencies.Add(milliseconds);
        else _latencies[_nextLatency = (_nextLatency + 1) % MostLatencies] = milliseconds;
    }

    /// <summary>The time within which a share of the last answers came, in milliseconds; null where there were none.</summary>
    public double? Percentile(double share)
    {
        if (_latencies.Count == 0) return null;
        var sorted = _latencies.Order().ToList();
        return Math.Round(sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)], 2);
    }

    /// <summary>Adds a DNS name.</summary>
    public void AddName(ReadOnlySpan<byte> name)
    {
        foreach (var known in _names)
            if (name.SequenceEqual(known)) return;
        if (_names.Count < MostNames) _names.Add(name.ToArray());
    }

    /// <summary>Adds a rule.</summary>
    public void AddRule(in RuleView rule, bool allows, bool isEgress)
    {
        foreach (var known in _rules)
            if (known.IsEqual(rule, allows, isEgress)) return;
        if (_rules.Count < MostRules) _rules.Add(MapRule.Of(rule, allows, isEgress));
    }
}
