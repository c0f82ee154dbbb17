using Prometheus;

namespace Weir.Observe.Metrics;

/// <summary>What the families of flows share: the registry, the limit, and who belongs to which pod.</summary>
internal sealed class FamilyRoom
{
    private readonly Gauge _counts;

    public FamilyRoom(MetricFactory factory, int limit)
    {
        (Factory, Limit) = (factory, limit);
        _counts = factory.CreateGauge("weir_metrics_series", "Series of a family now", "family");
        Overflow = factory.CreateCounter("weir_metrics_overflow_total", "Flows that were counted in the series 'other', since the family has as many series as it may", "family");
    }

    /// <summary>Makes families.</summary>
    public MetricFactory Factory { get; }

    /// <summary>The most series a family may have, besides those called <c>other</c>.</summary>
    public int Limit { get; }

    /// <summary>Which series go with which pod.</summary>
    public PodSeries Pods { get; } = new();

    /// <summary>Counts what went into a series called <c>other</c>.</summary>
    public Counter Overflow { get; }

    /// <summary>Notes how many series a family has.</summary>
    public void Tell(FlowFamily family) => _counts.WithLabels(family.Name).Set(family.Count);
}
