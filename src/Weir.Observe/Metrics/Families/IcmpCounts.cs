using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_icmp_total</c>: ICMP flows by type.</summary>
internal sealed class IcmpCounts(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _messages = new(room, "hubble_icmp_total", "Number of ICMP messages", spec.Contexts, ["family", "type"], []);

    public override IReadOnlyList<FlowFamily> Families => [_messages];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Protocol is not (IpProtocol.Icmp or IpProtocol.IcmpV6)) return;
        steps.Add(new FlowStep(
            _messages.Find(FlowEnds.Of(flow), flow.Protocol == IpProtocol.Icmp ? "IPv4" : "IPv6", FlowSummary.IcmpType(flow)), FlowAmount.One));
    }
}
