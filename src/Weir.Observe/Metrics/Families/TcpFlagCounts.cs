using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_tcp_flags_total</c>: forwarded TCP flows with a flag.</summary>
internal sealed class TcpFlagCounts(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _flags = new(room, "hubble_tcp_flags_total", "TCP flag occurrences", spec.Contexts, ["flag", "family"], []);

    public override IReadOnlyList<FlowFamily> Families => [_flags];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        // Policy's verdict tells of the same packet as the trace that follows it.
        if (flow is not { Verdict: Verdict.Forwarded, Protocol: IpProtocol.Tcp, Kind: FlowKind.Trace }) return;
        if ((flow.TcpFlags & TcpFlags.Syn) != 0) Count((flow.TcpFlags & TcpFlags.Ack) != 0 ? "SYN-ACK" : "SYN", flow, steps);
        if ((flow.TcpFlags & TcpFlags.Fin) != 0) Count("FIN", flow, steps);
        if ((flow.TcpFlags & TcpFlags.Rst) != 0) Count("RST", flow, steps);
    }

    private void Count(string flag, in Flow flow, List<FlowStep> steps) =>
        steps.Add(new FlowStep(_flags.Find(FlowEnds.Of(flow), flag, FlowWords.Family(flow)), FlowAmount.One));
}
