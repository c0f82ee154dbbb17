using Weir.Model;

namespace Weir.Observe.Metrics;

/// <summary>One of Hubble's metrics: finds the series in which flows of a shape are counted.</summary>
internal abstract class FlowMetric(MetricSpec spec)
{
    /// <summary>How it was switched on.</summary>
    public MetricSpec Spec => spec;

    /// <summary>Whether its series tell ports apart.</summary>
    public virtual bool UsesPorts => false;

    /// <summary>Its families.</summary>
    public abstract IReadOnlyList<FlowFamily> Families { get; }

    /// <summary>Adds what a flow of this shape adds. Called once for each shape; may allocate.</summary>
    public abstract void Find(in Flow flow, List<FlowStep> steps);
}
