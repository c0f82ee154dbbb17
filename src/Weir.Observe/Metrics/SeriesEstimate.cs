using Weir.Model;

namespace Weir.Observe.Metrics;

/// <summary>Counts the series that flows would make, on each node, with and without filters; nothing is exposed.</summary>
/// <param name="options">What would be measured.</param>
/// <param name="filters">What would narrow it.</param>
/// <param name="time">The clock.</param>
public sealed class SeriesEstimate(MetricsOptions options, IReadOnlyList<MetricFilter> filters, TimeProvider time)
{
    private readonly SortedDictionary<string, (FlowMetrics All, FlowMetrics Narrowed)> _nodes = new(StringComparer.Ordinal);

    /// <summary>The nodes that flows came from.</summary>
    public IReadOnlyCollection<string> Nodes => _nodes.Keys;

    /// <summary>Series of each family over all nodes: as it is, and narrowed. A histogram's series has a line for each bucket.</summary>
    public IEnumerable<(string Family, int All, int Narrowed)> Families =>
        from node in _nodes.Values
        from pair in node.All.Counts.Zip(node.Narrowed.Counts)
        group pair by pair.First.Family into family
        select (family.Key, family.Sum(p => p.First.Series), family.Sum(p => p.Second.Series));

    /// <summary>Takes a flow.</summary>
    public void Observe(in Flow flow)
    {
        if (!_nodes.TryGetValue(flow.NodeName, out var node)) _nodes[flow.NodeName] = node = (Make([]), Make(filters));
        node.All.Observe(flow);
        node.Narrowed.Observe(flow);
    }

    private FlowMetrics Make(IReadOnlyList<MetricFilter> narrowed) => new(options, Prometheus.Metrics.NewCustomRegistry(), time) { Filters = narrowed };
}
