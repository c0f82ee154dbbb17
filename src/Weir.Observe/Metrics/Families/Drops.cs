using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_drop_total</c>: packets that were dropped, and requests that a proxy refused.</summary>
internal sealed class Drops(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _drops = new(room, "hubble_drop_total", "Number of drops", spec.Contexts, ["reason", "protocol"], []);

    public override IReadOnlyList<FlowFamily> Families => [_drops];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        // The policy verdict of a dropped packet tells of the same drop; so does the answer that refuses a request.
        var isDrop = flow.Kind == FlowKind.Drop || flow is { Kind: FlowKind.L7, Verdict: Verdict.Dropped, IsReply: not true };
        if (!isDrop) return;
        var reason = flow.Kind == FlowKind.L7 ? DropReason.PolicyDenied : flow.DropReason;
        steps.Add(new FlowStep(_drops.Find(FlowEnds.Of(flow), reason.Name(), FlowWords.Protocol(flow)), FlowAmount.Drops));
    }
}
