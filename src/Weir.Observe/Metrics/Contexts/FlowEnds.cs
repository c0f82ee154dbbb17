using Weir.Model;

namespace Weir.Observe.Metrics.Contexts;

/// <summary>The two ends that a series is about, and which way the traffic runs, seen from the pod that the flow is about.</summary>
internal readonly record struct FlowEnds(
    Endpoint Source, IpAddress SourceAddress, Endpoint Destination, IpAddress DestinationAddress, TrafficDirection Direction)
{
    /// <summary>As the flow runs. A proxy's answer runs towards the pod that asked, against the direction of the rule that it passed.</summary>
    public static FlowEnds Of(in Flow flow) => new(
        flow.Source, flow.SourceAddress, flow.Destination, flow.DestinationAddress,
        flow is { Kind: FlowKind.L7, IsReply: true } ? Opposite(flow.Direction) : flow.Direction);

    /// <summary>Who asked and who was asked, whichever of the two sent this flow.</summary>
    public static FlowEnds OfRequest(in Flow flow) => flow.IsReply == true
        ? new FlowEnds(flow.Destination, flow.DestinationAddress, flow.Source, flow.SourceAddress, flow.Direction)
        : new FlowEnds(flow.Source, flow.SourceAddress, flow.Destination, flow.DestinationAddress, flow.Direction);

    private static TrafficDirection Opposite(TrafficDirection direction) => direction switch
    {
        TrafficDirection.Egress => TrafficDirection.Ingress,
        TrafficDirection.Ingress => TrafficDirection.Egress,
        _ => direction,
    };
}
