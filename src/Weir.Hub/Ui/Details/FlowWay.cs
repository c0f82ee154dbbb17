using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary>A stop on a packet's way.</summary>
/// <param name="Stop">Where.</param>
/// <param name="State"><c>passed</c>, <c>stopped</c>, <c>proxy</c>, or <c>unknown</c> where this record does not tell.</param>
/// <param name="Detail">What happened there.</param>
internal sealed record FlowStop(string Stop, string State, string Detail);

/// <summary>The way of a packet as four stops, as far as one record tells.</summary>
internal static class FlowWay
{
    private const string Passed = "passed", Stopped = "stopped", Proxy = "proxy", Unknown = "unknown";

    /// <summary>The stops, from the sender to the receiver.</summary>
    /// <param name="flow">The record.</param>
    /// <param name="nodeOf">The node of a pod; null where not known.</param>
    public static IReadOnlyList<FlowStop> Of(Msg.Flow flow, Func<string, string, string?> nodeOf)
    {
        var seenAt = flow.NodeName[(flow.NodeName.LastIndexOf('/') + 1)..];
        var (fromNode, toNode) = (NodeOf(flow.Source), NodeOf(flow.Destination));
        var why = FlowSentence.Of(flow);
        var outcome = why.IndexOf(';', StringComparison.Ordinal) is > 0 and var at ? why[(at + 2)..].TrimEnd('.') : "";
        var isIngress = flow.TrafficDirection == Msg.TrafficDirection.Ingress;
        var isEgress = flow.TrafficDirection == Msg.TrafficDirection.Egress;
        var (first, second, third, fourth) = flow.Verdict switch
        {
            Msg.Verdict.Dropped when isIngress => (Passed, Passed, Stopped, Unknown),
            Msg.Verdict.Dropped or Msg.Verdict.Error => (Passed, Stopped, Unknown, Unknown),
            _ when flow.L7 is not null || flow.Verdict == Msg.Verdict.Redirected => isIngress ? (Passed, Passed, Proxy, Unknown) : (Passed, Proxy, Unknown, Unknown),
            _ when flow.TraceObservationPoint == Msg.TraceObservationPoint.ToEndpoint => (Passed, Passed, Passed, Passed),
            _ => (Passed, isEgress || isIngress ? Passed : Unknown, Unknown, Unknown),
        };
        return
        [
            new("source pod", first, $"{FlowSentence.NameOf(flow.Source, flow.SourceNames, flow.IP?.Source)} sent it"),
            new("source node", second, Detail(second, fromNode ?? (isEgress ? seenAt : null), "egress", outcome)),
            new("destination node", third, Detail(third, toNode ?? (isIngress ? seenAt : null), "ingress", outcome)),
            new("destination pod", fourth, fourth == Passed ? $"{FlowSentence.NameOf(flow.Destination, flow.DestinationNames, flow.IP?.Destination)} received it" : third == Stopped || second == Stopped ? "it never arrived" : "this record does not tell"),
        ];

        string? NodeOf(Msg.Endpoint? end) => end is { PodName.Length: > 0 } ? nodeOf(end.Namespace, end.PodName) : end is not null && new SecurityIdentity(end.Identity) == SecurityIdentity.World ? "outside" : null;
    }

    private static string Detail(string state, string? node, string side, string outcome)
    {
        var where = node is null ? "" : $"{node}: ";
        return where + state switch
        {
            Passed => $"{side} passed",
            Stopped => outcome.Length > 0 ? outcome : "dropped",
            Proxy => outcome.Length > 0 ? outcome : $"the proxy saw it on its {side} side",
            _ => "this record does not tell",
        };
    }
}
