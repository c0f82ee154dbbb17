using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>weir_pod_bytes_total</c>, <c>weir_pod_packets_total</c>: what went from one end to the other, out of the datapath's summaries.</summary>
/// <remarks>Two nodes see a connection between them. Each counts what its own pods send, and what comes from no pod.</remarks>
internal sealed class PodBytes(MetricSpec spec, FamilyRoom room) : FlowMetric(spec)
{
    private readonly FlowFamily _bytes = new(room, "weir_pod_bytes_total", "Bytes from one end to the other, IP headers included", spec.Contexts, [], []);
    private readonly FlowFamily _packets = new(room, "weir_pod_packets_total", "Packets from one end to the other", spec.Contexts, [], []);

    public override IReadOnlyList<FlowFamily> Families => [_bytes, _packets];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Kind != FlowKind.Trace) return;
        var there = new FlowEnds(flow.Source, flow.SourceAddress, flow.Destination, flow.DestinationAddress, TrafficDirection.Egress);
        var back = new FlowEnds(flow.Destination, flow.DestinationAddress, flow.Source, flow.SourceAddress, TrafficDirection.Egress);
        if (IsCountedHere(flow.Source))
        {
            steps.Add(new FlowStep(_bytes.Find(there), FlowAmount.Bytes));
            steps.Add(new FlowStep(_packets.Find(there), FlowAmount.Packets));
        }

        if (IsCountedHere(flow.Destination))
        {
            steps.Add(new FlowStep(_bytes.Find(back), FlowAmount.ReplyBytes));
            steps.Add(new FlowStep(_packets.Find(back), FlowAmount.ReplyPackets));
        }
    }

    private static bool IsCountedHere(Endpoint sender) => sender.Id != 0 || sender.PodName.Length == 0;
}
