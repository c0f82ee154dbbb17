using Prometheus;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics;

/// <summary>One family whose series come of flows: bounded, and without the pods that are gone.</summary>
/// <remarks>One thread finds and removes series; any thread may scrape.</remarks>
internal sealed class FlowFamily
{
    private const string Other = "other";

    private readonly FamilyRoom _room;
    private readonly ContextLabels _contexts;
    private readonly string[] _own, _open;
    private readonly Counter? _counter;
    private readonly Histogram? _histogram;
    private readonly Dictionary<string, FlowSeries> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FlowSeries> _others = new(StringComparer.Ordinal);

    /// <summary>Makes it.</summary>
    /// <param name="room">What it shares with the other families.</param>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it counts.</param>
    /// <param name="contexts">What its series say of both ends.</param>
    /// <param name="own">Its own labels.</param>
    /// <param name="open">Those among them whose values come from outside and have no bound.</param>
    /// <param name="buckets">Of a histogram; null makes a counter.</param>
    public FlowFamily(FamilyRoom room, string name, string help, ContextSpec contexts, string[] own, string[] open, double[]? buckets = null)
    {
        (_room, _own, _open, Name) = (room, own, open, name);
        _contexts = new ContextLabels(contexts);
        string[] labels = [.. own, .. _contexts.LabelNames];
        if (buckets is null) _counter = room.Factory.CreateCounter(name, help, labels, new CounterConfiguration { SuppressInitialValue = true, ExemplarBehavior = ExemplarBehavior.NoExemplars() });
        else _histogram = room.Factory.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets, SuppressInitialValue = true, ExemplarBehavior = ExemplarBehavior.NoExemplars() });
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many series it has.</summary>
    public int Count => _series.Count + _others.Count;

    /// <summary>The series for these labels; the one called <c>other</c> where there are too many.</summary>
    /// <param name="ends">Whose.</param>
    /// <param name="own">The values of its own labels, in their order.</param>
    public FlowSeries Find(in FlowEnds ends, params ReadOnlySpan<string> own)
    {
        var values = new string[_own.Length + _contexts.LabelNames.Count];
        own.CopyTo(values);
        var (source, destination) = _contexts.Write(ends, values.AsSpan(_own.Length));
        var key = Key(values);
        if (_series.TryGetValue(key, out var known)) return known;
        if (_series.Count >= _room.Limit) return FindOther(values);
        _series[key] = known = Make(values, null);
        if (source is not null) _room.Pods.Add(source, this, key);
        if (destination is not null) _room.Pods.Add(destination, this, key);
        _room.Tell(this);
        return known;
    }

    /// <summary>Takes a series out; false where there is none.</summary>
    public bool Remove(string key)
    {
        if (!_series.Remove(key)) return false;
        RemoveLabelled(key);
        _room.Tell(this);
        return true;
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        foreach (var key in _series.Keys.Concat(_others.Keys)) RemoveLabelled(key);
        _series.Clear();
        _others.Clear();
        _room.Tell(this);
    }

    private static string Key(string[] values) => string.Join('\u001f', values);

    private FlowSeries FindOther(string[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i >= _own.Length || _open.Contains(_own[i])) values[i] = Other;
        }

        var key = Key(values);
        if (!_others.TryGetValue(key, out var other))
        {
            _others[key] = other = Make(values, _room.Overflow.WithLabels(Name));
            _room.Tell(this);
        }

        return other;
    }

    private FlowSeries Make(string[] values, Counter.Child? overflow) =>
        _counter is not null ? new FlowSeries(_counter.WithLabels(values), overflow) : new FlowSeries(_histogram!.WithLabels(values), overflow);

    private void RemoveLabelled(string key)
    {
        var values = key.Split('\u001f');
        _counter?.RemoveLabelled(values);
        _histogram?.RemoveLabelled(values);
    }
}
