using System.Globalization;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary>A flow as a sentence: who did what with whom, and what became of it.</summary>
internal static class FlowSentence
{
    /// <summary>The sentence.</summary>
    public static string Of(Msg.Flow flow)
    {
        var (who, whom) = (NameOf(flow.Source, flow.SourceNames, flow.IP?.Source), NameOf(flow.Destination, flow.DestinationNames, flow.IP?.Destination));
        var deed = flow.L7 switch
        {
            { Dns: { } dns, Type: Msg.L7FlowType.Response } => $"{who} answered {whom}'s question for {dns.Query.TrimEnd('.')} with {Answer(dns)}",
            { Dns: { } dns } => $"{who} asked {whom} for {dns.Query.TrimEnd('.')}",
            { Http: { } http, Type: Msg.L7FlowType.Response } => string.Create(CultureInfo.InvariantCulture, $"{who} answered {whom}'s {http.Method} {PathOf(http.Url)} with {http.Code} after {flow.L7.LatencyNs / 1e6:0.#} ms"),
            { Http: { } http } => $"{who} asked {whom} for {http.Method} {PathOf(http.Url)}",
            _ when flow.IsReply == true => $"{who} replied to {whom}",
            _ => $"{who} {(flow.Verdict is Msg.Verdict.Dropped or Msg.Verdict.Error ? "tried to reach" : "reached")} {whom}{Port(flow)}",
        };
        return $"{deed}{Outcome(flow)}.";
    }

    /// <summary>The rules that stopped it, else those that let it pass.</summary>
    public static (IReadOnlyList<Msg.Policy> Rules, bool Allows, bool IsEgress) Deciding(Msg.Flow flow)
    {
        if (flow.EgressDeniedBy.Count > 0) return (flow.EgressDeniedBy, false, true);
        if (flow.IngressDeniedBy.Count > 0) return (flow.IngressDeniedBy, false, false);
        return flow.IngressAllowedBy.Count > 0 && (flow.TrafficDirection == Msg.TrafficDirection.Ingress || flow.EgressAllowedBy.Count == 0)
            ? (flow.IngressAllowedBy, true, false)
            : (flow.EgressAllowedBy, true, true);
    }

    /// <summary>The list that a rule stands in and its place there; an empty list where the whole policy is meant.</summary>
    public static (string Field, int Index) PlaceOf(Msg.Policy rule)
    {
        var place = rule.Labels.FirstOrDefault(l => l.StartsWith("weir:rule=", StringComparison.Ordinal))?["weir:rule=".Length..] ?? "";
        var open = place.LastIndexOf('[');
        return open > 0 && int.TryParse(place.AsSpan(open + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (place[..open], index) : ("", -1);
    }

    /// <summary>What people call an end.</summary>
    public static string NameOf(Msg.Endpoint? end, IReadOnlyList<string> names, string? ip)
    {
        if (end is { PodName.Length: > 0 }) return end.Workloads.Count > 0 ? end.Workloads[0].Name : end.PodName;
        if (names.Count > 0) return $"{names[0]} ({ip})";
        return new SecurityIdentity(end?.Identity ?? 0).ReservedName is { } entity ? $"{entity} ({ip})" : ip ?? "somebody";
    }

    private static string Outcome(Msg.Flow flow)
    {
        var (rules, allows, isEgress) = Deciding(flow);
        var side = isEgress ? "egress" : "ingress";
        switch (flow.Verdict)
        {
            case Msg.Verdict.Dropped when rules.Count > 0 && !allows:
                var (field, index) = PlaceOf(rules[0]);
                if (index >= 0) return flow.L7 is null ? $"; refused by {rules[0].Name}, {side} rule {index + 1} ({field}[{index}])" : $"; refused by the {(flow.L7.Dns is null ? "HTTP" : "DNS")} rules of {rules[0].Name}, {side} rule {index + 1}";
                return $"; refused, since {string.Join(" and ", rules.Select(r => r.Name).Distinct())} put{(rules.Count == 1 ? "s" : "")} the {(isEgress ? "sender" : "receiver")}'s {side} in default deny and no rule allows it";
            case Msg.Verdict.Dropped when flow.L7 is not null:
                return $"; refused by the proxy: no {(flow.L7.Dns is null ? "HTTP" : "DNS")} rule allows it{(rules.Count > 0 ? $" ({string.Join(", ", rules.Select(r => r.Name).Distinct())})" : "")}";
            case Msg.Verdict.Dropped:
                return $"; dropped: {((DropReason)(int)flow.DropReasonDesc).Text()}";
            case Msg.Verdict.Error:
                return "; it failed";
            case Msg.Verdict.Audit:
                return "; policy would have dropped it, but is only audited";
            case Msg.Verdict.Redirected:
                return $"; handed to the proxy{(rules.Count > 0 ? $" by {rules[0].Name}" : "")}";
            default:
                return rules.Count > 0 && allows && PlaceOf(rules[0]) is { Index: >= 0 } place ? $"; allowed by {rules[0].Name}, {side} rule {place.Index + 1}" : "";
        }
    }

    private static string Answer(Msg.DNS dns) => dns.Rcode switch
    {
        0 => dns.Ips.Count > 0 ? string.Join(", ", dns.Ips) : "no address",
        2 => "a server failure",
        3 => "\"no such name\"",
        5 => "a refusal",
        _ => string.Create(CultureInfo.InvariantCulture, $"error {dns.Rcode}"),
    };

    private static string Port(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => string.Create(CultureInfo.InvariantCulture, $" on port {tcp.DestinationPort}/tcp"),
        { UDP: { } udp } => string.Create(CultureInfo.InvariantCulture, $" on port {udp.DestinationPort}/udp"),
        { SCTP: { } sctp } => string.Create(CultureInfo.InvariantCulture, $" on port {sctp.DestinationPort}/sctp"),
        { ICMPv4: not null } or { ICMPv6: not null } => " by ICMP",
        _ => "",
    };

    private static string PathOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.PathAndQuery : url;
}
