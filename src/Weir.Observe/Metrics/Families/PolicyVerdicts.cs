using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_policy_verdicts_total</c>: connections that policy decided; not those of the node itself or of health probes.</summary>
internal sealed class PolicyVerdicts(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _verdicts = new(
        room, "hubble_policy_verdicts_total", "Total number of Cilium network policy verdicts", spec.Contexts, ["direction", "match", "action"], []);

    public override IReadOnlyList<FlowFamily> Families => [_verdicts];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Kind != FlowKind.PolicyVerdict || flow.Source.Identity == SecurityIdentity.Host) return;
        if (flow.Source.Identity == SecurityIdentity.Health || flow.Destination.Identity == SecurityIdentity.Health) return;
        var direction = flow.Direction == TrafficDirection.Egress ? "egress" : "ingress";
        var match = flow.Match switch
        {
            PolicyMatch.L3Only => "l3-only",
            PolicyMatch.L3L4 => "l3-l4",
            PolicyMatch.L4Only => "l4-only",
            PolicyMatch.All => "all",
            PolicyMatch.L3Proto => "l3-proto",
            PolicyMatch.ProtoOnly => "proto-only",
            _ => "none",
        };
        var action = flow.Verdict switch
        {
            Verdict.Forwarded => "forwarded",
            Verdict.Dropped => "dropped",
            Verdict.Redirected => "redirected",
            Verdict.Audit => "audit",
            _ => "error",
        };
        steps.Add(new FlowStep(_verdicts.Find(FlowEnds.Of(flow), direction, match, action), FlowAmount.One));
    }
}
