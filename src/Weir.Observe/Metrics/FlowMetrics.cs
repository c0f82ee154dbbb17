using Prometheus;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Observe.Metrics.Contexts;
using Weir.Observe.Metrics.Families;

namespace Weir.Observe.Metrics;

/// <summary>Counts a node's flows in Hubble's families. One thread observes and sweeps; any thread may set filters or scrape.</summary>
/// <remarks>Flows of one shape find their series once; from then on a flow costs a lookup and an addition for each series, and allocates nothing.</remarks>
public sealed class FlowMetrics
{
    /// <summary>Flows come with names and ports from outside, so shapes have no bound: with as many, all are forgotten and found again.</summary>
    private const int MostShapes = 65_536;

    private readonly MetricsOptions _options;
    private readonly FamilyRoom _room;
    private readonly FlowMetric[] _metrics;
    private readonly bool _usesPorts, _usesAddresses;
    private readonly Dictionary<FlowShape, FlowStep[]> _steps = [];
    private readonly Counter _lost;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<MetricFilter> _filters = [];
    private IReadOnlyList<MetricFilter> _inForce = [];
    private bool _filtersUseAddresses;

    /// <summary>Makes the families.</summary>
    /// <param name="options">Which.</param>
    /// <param name="registry">Where they are exposed.</param>
    /// <param name="time">The clock.</param>
    public FlowMetrics(MetricsOptions options, CollectorRegistry registry, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _room = new FamilyRoom(factory, options.SeriesLimit);
        _lost = factory.CreateCounter("hubble_lost_events_total", "Events that metrics did not see", "source");
        _metrics = [.. options.Metrics.Select(spec => FlowMetricTable.Make(spec, _room, options.Aliases))];
        _usesPorts = _metrics.Any(m => m.UsesPorts);
        _usesAddresses = options.Metrics.Any(m => new ContextLabels(m.Contexts).UsesAddresses);
    }

    /// <summary>What narrows metrics; taken up with the next flow or sweep. The series of a metric whose filter changes begin anew.</summary>
    public IReadOnlyList<MetricFilter> Filters
    {
        get => _filters;
        set => _filters = value;
    }

    /// <summary>Series of each family now. Called by the thread that observes.</summary>
    public IEnumerable<(string Metric, string Family, int Series)> Counts =>
        from metric in _metrics from family in metric.Families select (metric.Spec.Name, family.Name, family.Count);

    /// <summary>Counts a flow.</summary>
    public void Observe(in Flow flow)
    {
        if (!ReferenceEquals(_filters, _inForce)) TakeFilters();
        var shape = new FlowShape(flow, _usesPorts, _usesAddresses || _filtersUseAddresses);
        if (!_steps.TryGetValue(shape, out var steps)) steps = Find(shape, flow);
        foreach (ref readonly var step in steps.AsSpan()) step.Take(flow);
    }

    /// <summary>Counts events that were lost before they could be counted. Any thread.</summary>
    /// <param name="source">Where, in Hubble's words.</param>
    /// <param name="total">How many since it began.</param>
    public void SetLost(string source, double total) => _lost.WithLabels(source).IncTo(total);

    /// <summary>Takes out the series of pods that are gone.</summary>
    public void Sweep(DirectorySnapshot directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (!ReferenceEquals(_filters, _inForce)) TakeFilters();

        // A handle of a series that was taken out would go on counting where nobody looks.
        if (_room.Pods.Sweep(directory, _time.GetUtcNow(), _options.Linger)) _steps.Clear();
    }

    private FlowStep[] Find(in FlowShape shape, in Flow flow)
    {
        if (_steps.Count >= MostShapes) _steps.Clear();
        var found = new List<FlowStep>();
        foreach (var metric in _metrics)
        {
            if (IsCounted(metric, flow)) metric.Find(flow, found);
        }

        return _steps[shape] = [.. found];
    }

    private bool IsCounted(FlowMetric metric, in Flow flow)
    {
        foreach (var filter in _inForce)
        {
            if (filter.Metric == metric.Spec.Name && !filter.Counts(flow)) return false;
        }

        return true;
    }

    private void TakeFilters()
    {
        var next = _filters;
        foreach (var metric in _metrics.Where(m => !Of(m, next).SequenceEqual(Of(m, _inForce))))
        foreach (var family in metric.Families) family.Clear();

        _inForce = next;
        _filtersUseAddresses = next.Any(f => f.UsesAddresses);
        _steps.Clear();
    }

    private static IEnumerable<MetricFilter> Of(FlowMetric metric, IReadOnlyList<MetricFilter> filters) => filters.Where(f => f.Metric == metric.Spec.Name);
}
