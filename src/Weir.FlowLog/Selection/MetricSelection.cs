using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>One item of a ContainerNetworkMetric's <c>spec.filters</c>: which flows one metric counts.</summary>
/// <remarks>Source: CRD containernetworkmetrics.acn.azure.com/v1alpha1.</remarks>
/// <param name="Metric"><c>dns</c>, <c>flow</c>, <c>tcp</c> or <c>drop</c>.</param>
/// <param name="Include">A flow must fit one of these; none lets every flow in.</param>
/// <param name="Exclude">A flow must fit none of these.</param>
public sealed record MetricSelection(string Metric, IReadOnlyList<LogFilter> Include, IReadOnlyList<LogFilter> Exclude)
{
    /// <summary>Whether the answer depends on addresses.</summary>
    public bool UsesAddresses => Include.Concat(Exclude).Any(f => f.From is { Addresses.Count: > 0 } || f.To is { Addresses.Count: > 0 });

    /// <summary>Whether a flow is counted.</summary>
    public bool Counts(in Flow flow)
    {
        var included = Include.Count == 0;
        for (var i = 0; i < Include.Count && !included; i++) included = Include[i].Matches(flow);
        for (var i = 0; i < Exclude.Count && included; i++) included = !Exclude[i].Matches(flow);
        return included;
    }
}
