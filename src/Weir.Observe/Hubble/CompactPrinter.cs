using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Prints a flow as <c>hubble observe -o compact</c> does.</summary>
/// <remarks>
/// <code>
/// Mar  1 10:00:00.123: pets/order-service-595b65df56-xjtrr:41234 (ID:30112) -> pets/product-service-5b8794b597-trbvn:3002 (ID:8123) Policy denied DROPPED (TCP Flags: SYN)
/// </code>
/// </remarks>
public sealed class CompactPrinter(CompactOptions options)
{
    /// <summary>The line for <paramref name="flow"/>, without the end of line.</summary>
    public string Print(Msg.Flow flow)
    {
        var line = new StringBuilder(200);
        line.Append(Time(flow));
        if (options.PrintNode) line.Append(" [").Append(flow.NodeName).Append(']');
        line.Append(": ");

        var source = EndOf(flow, flow.Source, flow.IP?.Source, SourcePort(flow), flow.SourceNames, flow.SourceService);
        var destination = EndOf(flow, flow.Destination, flow.IP?.Destination, DestinationPort(flow), flow.DestinationNames, flow.DestinationService);
        var (left, arrow, right) = flow.IsReply switch
        {
            null => (source, "<>", destination),
            true => (destination, "<-", source),
            _ => (source, "->", destination),
        };
        line.Append(left).Append(' ').Append(arrow).Append(' ').Append(right);
        line.Append(' ').Append(TypeOf(flow)).Append(' ').Append(VerdictOf(flow));
        if (options.PrintPolicyNames) AppendPolicies(line, flow);
#pragma warning disable CS0612 // the field is deprecated, and what every client prints
        line.Append(" (").Append(flow.Summary).Append(')');
#pragma warning restore CS0612
        return line.ToString();
    }

    private string Time(Msg.Flow flow)
    {
        var at = flow.Time?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
        if (!options.Utc) at = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.Local);
        // Go's StampMilli: the day is padded with a space.
        return string.Create(CultureInfo.InvariantCulture, $"{at:MMM} {at.Day,2} {at:HH:mm:ss.fff}");
    }

    private string EndOf(
        Msg.Flow flow, Msg.Endpoint? end, string? address, uint port, RepeatedField<string> names, Msg.Service? service)
    {
        string host;
        if (options.TranslateAddresses && service is { Name.Length: > 0 }) host = $"{service.Namespace}/{service.Name}";
        else if (options.TranslateAddresses && end is { PodName.Length: > 0 }) host = $"{end.Namespace}/{end.PodName}";
        else if (options.TranslateAddresses && names.Count > 0) host = string.Join(',', names);
        else host = address is null ? "" : port != 0 && address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

        var identity = IdentityOf(flow, end);
        return (port, identity.Length) switch
        {
            (0, 0) => host,
            (0, _) => $"{host} ({identity})",
            (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{host}:{port} ({identity})"),
        };
    }

    private static string IdentityOf(Msg.Flow flow, Msg.Endpoint? end)
    {
        if (end is null || end.Identity == 0) return flow.IP is null ? "" : "unknown";
        return new SecurityIdentity(end.Identity).ToString();
    }

    private static uint SourcePort(Msg.Flow flow) =>
        flow.L4?.TCP?.SourcePort ?? flow.L4?.UDP?.SourcePort ?? flow.L4?.SCTP?.SourcePort ?? 0;

    private static uint DestinationPort(Msg.Flow flow) =>
        flow.L4?.TCP?.DestinationPort ?? flow.L4?.UDP?.DestinationPort ?? flow.L4?.SCTP?.DestinationPort ?? 0;

    private static string TypeOf(Msg.Flow flow)
    {
        if (flow.L7 is { } l7)
        {
            var kind = l7.Type.ToString().ToLowerInvariant();
            if (l7.Dns is { } dns) return $"dns-{kind} {dns.ObservationSource}";
            return l7.Http is not null ? $"http-{kind}" : $"l7-{kind}";
        }

        var subType = flow.EventType?.SubType ?? 0;
        return flow.EventType?.Type switch
        {
            (int)FlowKind.Drop => ((Model.DropReason)subType).Text(),
            (int)FlowKind.Trace => TracePoint(subType),
            (int)FlowKind.PolicyVerdict => $"policy-verdict:{MatchName(flow.PolicyMatchType)} {DirectionName(flow.TrafficDirection)}",
            _ => "UNKNOWN",
        };
    }

    private static string TracePoint(int subType) => subType switch
    {
        0 => "to-endpoint",
        1 => "to-proxy",
        2 => "to-host",
        3 => "to-stack",
        4 => "to-overlay",
        5 => "from-endpoint",
        6 => "from-proxy",
        7 => "from-host",
        8 => "from-stack",
        9 => "from-overlay",
        10 => "from-network",
        11 => "to-network",
        12 => "from-crypto",
        13 => "to-crypto",
        _ => "UNKNOWN",
    };

    private static string MatchName(uint match) => match switch
    {
        0 => "none",
        1 => "L3-Only",
        2 => "L3-L4",
        3 => "L4-Only",
        4 => "all",
        5 => "L3-Proto",
        6 => "Proto-Only",
        _ => match.ToString(CultureInfo.InvariantCulture),
    };

    private static string DirectionName(Msg.TrafficDirection direction) => direction switch
    {
        Msg.TrafficDirection.Ingress => "INGRESS",
        Msg.TrafficDirection.Egress => "EGRESS",
        _ => "TRAFFIC_DIRECTION_UNKNOWN",
    };

    private static string VerdictOf(Msg.Flow flow)
    {
        var isPolicy = flow.EventType?.Type == (int)FlowKind.PolicyVerdict;
        return flow.Verdict switch
        {
            Msg.Verdict.Forwarded => isPolicy ? "ALLOWED" : "FORWARDED",
            Msg.Verdict.Redirected => isPolicy ? "ALLOWED" : "REDIRECTED",
            Msg.Verdict.Dropped => isPolicy ? "DENIED" : "DROPPED",
            Msg.Verdict.Error => isPolicy ? "DENIED" : "ERROR",
            Msg.Verdict.Audit => isPolicy ? "AUDITED" : "AUDIT",
            Msg.Verdict.Traced => "TRACED",
            Msg.Verdict.Translated => "TRANSLATED",
            _ => "VERDICT_UNKNOWN",
        };
    }

    private static void AppendPolicies(StringBuilder line, Msg.Flow flow)
    {
        // Hubble names policies on verdicts; a drop says which policies deny as well, since that is what people look for.
        if (flow.EventType?.Type is not ((int)FlowKind.PolicyVerdict or (int)FlowKind.Drop)) return;
        var policies = flow.TrafficDirection == Msg.TrafficDirection.Egress
            ? flow.EgressAllowedBy.Concat(flow.EgressDeniedBy)
            : flow.IngressAllowedBy.Concat(flow.IngressDeniedBy);
        var names = string.Join(", ", policies.Select(p => $"{(p.Namespace.Length > 0 ? p.Namespace + "/" : "")}{p.Name} ({p.Kind})").Distinct());
        if (names.Length > 0) line.Append(" BY ").Append(names);
    }
}
