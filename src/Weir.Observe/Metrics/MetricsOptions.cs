namespace Weir.Observe.Metrics;

/// <summary>What a node measures of its flows.</summary>
public sealed record MetricsOptions
{
    /// <summary>The metrics that are on, each once. Default: <see cref="MetricSpec.Defaults"/>.</summary>
    public IReadOnlyList<MetricSpec> Metrics { get; init; } = MetricSpec.Defaults;

    /// <summary>The most series that a family may have; what would be one more is counted in the series <c>other</c>. Default: 10,000; from 10 to 1,000,000.</summary>
    public int SeriesLimit { get; init; } = 10_000;

    /// <summary>How long the series of a pod outlive it. Default: 1 minute.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether the counters are exposed under Retina's names (<c>networkobservability_…</c>) too. Default: no.</summary>
    public bool Aliases { get; init; }

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        if (SeriesLimit is < 10 or > 1_000_000) yield return $"A family may have {SeriesLimit} series; give 10 to 1000000.";
        foreach (var twice in Metrics.GroupBy(m => m.Name).Where(g => g.Count() > 1)) yield return $"The metric {twice.Key} is given twice; give it once.";
    }
}
