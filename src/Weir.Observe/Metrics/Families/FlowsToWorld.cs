using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_flows_to_world_total</c>: flows that leave the cluster, or try to.</summary>
internal sealed class FlowsToWorld : FlowMetric
{
    private readonly bool _anyDrop, _hasPort, _synOnly;
    private readonly FlowFamily _flows;

    public FlowsToWorld(MetricSpec spec, FamilyRoom room) : base(spec)
    {
        (_anyDrop, _hasPort, _synOnly) = (spec.Flags.Contains("any-drop"), spec.Flags.Contains("port"), spec.Flags.Contains("syn-only"));
        string[] port = _hasPort ? ["port"] : [];
        _flows = new FlowFamily(room, "hubble_flows_to_world_total", "Total number of flows to reserved:world", spec.Contexts, ["protocol", "verdict", .. port], port);
    }

    public override bool UsesPorts => _hasPort;

    public override IReadOnlyList<FlowFamily> Families => [_flows];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Destination.Labels.Find("reserved", "world") is null) return;
        if (flow.Verdict == Verdict.Dropped && !_anyDrop && flow.DropReason != DropReason.PolicyDenied) return;
        if (flow.Verdict != Verdict.Dropped && flow.IsReply == true) return;
        if (_synOnly && (flow.Protocol != IpProtocol.Tcp || (flow.TcpFlags & TcpFlags.Syn) == 0 || flow.IsReply == true)) return;
        var (ends, protocol, verdict) = (FlowEnds.Of(flow), FlowWords.Protocol(flow), FlowWords.Verdict(flow.Verdict));
        steps.Add(new FlowStep(_hasPort ? _flows.Find(ends, protocol, verdict, FlowWords.Number(flow.DestinationPort)) : _flows.Find(ends, protocol, verdict), FlowAmount.One));
    }
}
