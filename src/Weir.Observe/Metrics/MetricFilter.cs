using Weir.Observe.Filters;

namespace Weir.Observe.Metrics;

/// <summary>Narrows one metric to some flows.</summary>
/// <param name="Metric">Its name, as in <see cref="MetricSpec.Name"/>.</param>
/// <param name="Counts">Whether a flow is counted. Asked once for flows of one shape.</param>
/// <param name="UsesAddresses">Whether the answer depends on addresses, besides who the ends are.</param>
public sealed record MetricFilter(string Metric, FlowPredicate Counts, bool UsesAddresses);
