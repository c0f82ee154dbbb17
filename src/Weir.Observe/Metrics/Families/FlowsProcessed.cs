using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_flows_processed_total</c>: every flow.</summary>
internal sealed class FlowsProcessed(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _flows = new(
        room, "hubble_flows_processed_total", "Total number of flows processed", spec.Contexts, ["protocol", "type", "subtype", "verdict"], []);

    public override IReadOnlyList<FlowFamily> Families => [_flows];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        var (type, subtype) = flow.Kind switch
        {
            FlowKind.L7 => ("L7", flow.Dns is not null ? "DNS" : flow.Http is not null ? "HTTP" : ""),
            FlowKind.Drop => ("Drop", ""),
            FlowKind.Trace => ("Trace", FlowWords.Point(flow.Point)),
            FlowKind.PolicyVerdict => ("PolicyVerdict", ""),
            _ => ("Unknown", FlowWords.Number((int)flow.Kind)),
        };
        steps.Add(new FlowStep(_flows.Find(FlowEnds.Of(flow), FlowWords.Protocol(flow), type, subtype, FlowWords.Verdict(flow.Verdict)), FlowAmount.One));
    }
}
