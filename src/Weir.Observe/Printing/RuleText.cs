using Weir.Observe.Hubble;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Printing;

/// <summary>Which rule decided a flow, and what that means: what Weir prints beyond Hubble.</summary>
internal static class RuleText
{
    private const string RuleLabel = "weir:rule=", DefaultDeny = "default-deny";

    /// <summary>The deciding rules, such as <c>pets/allow-order-service-traffic ingress[0]</c>; null where none decided.</summary>
    public static string? Of(Msg.Flow flow)
    {
        var text = string.Join(", ", Deciding(flow).Select(Name).Distinct());
        return text.Length == 0 ? null : text;
    }

    /// <summary>Why a flow was dropped, as a sentence; null for one that was not.</summary>
    public static string? Why(Msg.Flow flow)
    {
        if (flow.Verdict != Msg.Verdict.Dropped) return null;
        var isIngress = flow.TrafficDirection == Msg.TrafficDirection.Ingress;
        var way = isIngress ? "ingress" : "egress";
        var (end, other) = isIngress ? (End(flow.Destination, flow.IP?.Destination), End(flow.Source, flow.IP?.Source)) : (End(flow.Source, flow.IP?.Source), End(flow.Destination, flow.IP?.Destination));
        var policies = Deciding(flow).ToList();
        var names = string.Join(", ", policies.Select(Name).Distinct());
        return flow.DropReasonDesc switch
        {
            Msg.DropReason.PolicyDenied when policies.Count > 0 =>
                $"why: {names} select{(policies.Count == 1 ? "s" : "")} {end} for {way}, and no {way} rule allows {Peer(other, isIngress)}{Port(flow)}",
            Msg.DropReason.PolicyDenied => $"why: {end} has no policy yet that allows {Peer(other, isIngress)}{Port(flow)}; new pods are denied until theirs is in force",
            Msg.DropReason.PolicyDeny => $"why: {names} denies {Peer(other, isIngress)}{Port(flow)} at {end}",
            _ => $"why: {DropText.Of((byte)flow.DropReasonDesc)}, which is not about policy",
        };
    }

    private static IEnumerable<Msg.Policy> Deciding(Msg.Flow flow)
    {
        var (egress, ingress) = flow.Verdict == Msg.Verdict.Dropped
            ? (flow.EgressDeniedBy, flow.IngressDeniedBy)
            : (flow.EgressAllowedBy, flow.IngressAllowedBy);
        return flow.TrafficDirection switch
        {
            Msg.TrafficDirection.Egress when egress.Count > 0 => egress,
            Msg.TrafficDirection.Ingress when ingress.Count > 0 => ingress,
            _ => egress.Concat(ingress),
        };
    }

    private static string Name(Msg.Policy policy)
    {
        var name = policy.Namespace.Length == 0 ? policy.Name : $"{policy.Namespace}/{policy.Name}";
        var rule = policy.Labels.FirstOrDefault(l => l.StartsWith(RuleLabel, StringComparison.Ordinal))?[RuleLabel.Length..];
        return rule is null or DefaultDeny ? name : $"{name} {rule}";
    }

    private static string End(Msg.Endpoint? end, string? address)
    {
        if (end is { PodName.Length: > 0 }) return $"{end.Namespace}/{end.PodName}";
        var reserved = end?.Labels.FirstOrDefault(l => l.StartsWith("reserved:", StringComparison.Ordinal));
        var known = MessageFlow.LearnedOf(end) is [var learned, ..] ? $", known as {learned}" : "";
        return reserved is null ? (address ?? "an unknown end") + known : $"{reserved["reserved:".Length..]} ({address}{known})";
    }

    private static string Peer(string other, bool isIngress) => isIngress ? $"what comes from {other}" : $"what goes to {other}";

    private static string Port(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => $" by TCP to port {tcp.DestinationPort}",
        { UDP: { } udp } => $" by UDP to port {udp.DestinationPort}",
        { SCTP: { } sctp } => $" by SCTP to port {sctp.DestinationPort}",
        { ICMPv4: { } icmp } => $" by ICMP type {icmp.Type}",
        { ICMPv6: { } icmp } => $" by ICMPv6 type {icmp.Type}",
        _ => "",
    };
}
