using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_port_distribution_total</c>: which ports are used; replies are left out, whose ports are the clients'.</summary>
internal sealed class PortDistribution(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _ports = new(
        room, "hubble_port_distribution_total", "Numbers of packets distributed by destination port", spec.Contexts, ["protocol", "port"], ["port"]);

    public override bool UsesPorts => true;

    public override IReadOnlyList<FlowFamily> Families => [_ports];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Verdict is not (Verdict.Forwarded or Verdict.Redirected) || flow.IsReply != false) return;
        var port = flow.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6 ? "0" : FlowWords.Number(flow.DestinationPort);
        steps.Add(new FlowStep(_ports.Find(FlowEnds.Of(flow), FlowWords.Transport(flow.Protocol), port), FlowAmount.One));
    }
}
