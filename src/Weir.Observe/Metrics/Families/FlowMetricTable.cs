using System.Diagnostics;

namespace Weir.Observe.Metrics.Families;

/// <summary>The metrics by name.</summary>
internal static class FlowMetricTable
{
    public static FlowMetric Make(MetricSpec spec, FamilyRoom room, bool aliases) => spec.Name switch
    {
        "flow" => new FlowsProcessed(spec, room),
        "drop" => new Drops(spec, room),
        "tcp" => new TcpFlagCounts(spec, room),
        "dns" => new DnsCounts(spec, room, aliases),
        "httpV2" => new HttpCounts(spec, room),
        "icmp" => new IcmpCounts(spec, room),
        "policy" => new PolicyVerdicts(spec, room),
        "port-distribution" => new PortDistribution(spec, room),
        "flows-to-world" => new FlowsToWorld(spec, room),
        "bytes" => new PodBytes(spec, room),
        _ => throw new UnreachableException(spec.Name),
    };
}
