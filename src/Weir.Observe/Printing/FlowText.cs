using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Printing;

/// <summary>The parts of a flow's line, as <c>hubble observe</c> 1.19 writes them.</summary>
internal sealed class FlowText(PrintOptions options, Colours colours)
{
    /// <summary>Both ends: pod, service, DNS names or address, with the port.</summary>
    public (string Source, string Destination) Ends(Msg.Flow flow)
    {
        if (flow.IP is null)
            return flow.Ethernet is { } ethernet ? (colours.Host(ethernet.Source), colours.Host(ethernet.Destination)) : ("", "");
        var (from, to) = Ports(flow);
        return (
            colours.Host(End(flow.IP.Source, from, flow.Source, flow.SourceService, flow.SourceNames)),
            colours.Host(End(flow.IP.Destination, to, flow.Destination, flow.DestinationService, flow.DestinationNames)));
    }

    /// <summary>An end's identity: <c>(ID:30112)</c>, <c>(world)</c>.</summary>
    public string Identity(Msg.Endpoint? end)
    {
        var identity = end?.Identity ?? 0;
        var name = identity == 0 ? "unknown" : new SecurityIdentity(identity).ReservedName;
        return colours.Identity(name is null ? string.Create(CultureInfo.InvariantCulture, $"(ID:{identity})") : $"({name})");
    }

    /// <summary>The verdict, with the policies behind it where they are asked for.</summary>
    public string Verdict(Msg.Flow flow)
    {
        var isPolicy = flow.EventType?.Type == (int)FlowKind.PolicyVerdict;
        return flow.Verdict switch
        {
            Msg.Verdict.Forwarded or Msg.Verdict.Redirected when isPolicy => colours.Green("ALLOWED" + Policies(flow, flow.EgressAllowedBy, flow.IngressAllowedBy)),
            Msg.Verdict.Forwarded => colours.Green("FORWARDED"),
            Msg.Verdict.Redirected => colours.Green("REDIRECTED"),
            Msg.Verdict.Dropped or Msg.Verdict.Error when isPolicy => colours.Red("DENIED" + Policies(flow, flow.EgressDeniedBy, flow.IngressDeniedBy)),
            Msg.Verdict.Dropped => colours.Red("DROPPED"),
            Msg.Verdict.Error => colours.Red("ERROR"),
            Msg.Verdict.Audit => colours.Yellow(isPolicy ? "AUDITED" : "AUDIT"),
            Msg.Verdict.Traced => colours.Yellow("TRACED"),
            Msg.Verdict.Translated => colours.Yellow("TRANSLATED"),
            _ => HubbleJson.NameOf(Msg.FlowReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("Verdict"), (int)flow.Verdict),
        };
    }

    /// <summary>The summary, with what else is told in the parentheses.</summary>
    public string Summary(Msg.Flow flow)
    {
#pragma warning disable CS0612 // deprecated, and what every client prints
        var text = flow.Summary;
#pragma warning restore CS0612
        if (flow.IpTraceId is { TraceId: > 0 } trace) text = string.Create(CultureInfo.InvariantCulture, $"IP Trace ID: {trace.TraceId}; {text}");
        return flow.AuthType switch
        {
            Msg.AuthType.Disabled => text,
            Msg.AuthType.TestAlwaysFail => $"{text}; Auth: {colours.Red("TEST_ALWAYS_FAIL")}",
            _ => $"{text}; Auth: {colours.Green("SPIRE")}",
        };
    }

    private static (uint Source, uint Destination) Ports(Msg.Flow flow) => flow.L4 switch
    {
        { TCP: { } tcp } => (tcp.SourcePort, tcp.DestinationPort),
        { UDP: { } udp } => (udp.SourcePort, udp.DestinationPort),
        { SCTP: { } sctp } => (sctp.SourcePort, sctp.DestinationPort),
        _ => (0, 0),
    };

    private string End(string address, uint port, Msg.Endpoint? end, Msg.Service? service, RepeatedField<string> names)
    {
        var host = address;
        if (options.TranslateAddresses)
        {
            // A service's namespace goes before a pod's, as Hubble has it.
            var ns = service?.Namespace ?? end?.Namespace ?? "";
            if (end is { PodName.Length: > 0 }) host = ns.Length > 0 ? $"{ns}/{end.PodName}" : end.PodName;
            else if (service is { Name.Length: > 0 }) host = ns.Length > 0 ? $"{ns}/{service.Name}" : service.Name;
            else if (names.Count > 0) host = string.Join(',', names);
        }

        if (port == 0) return host;
        var text = colours.Port(port.ToString(CultureInfo.InvariantCulture));
        return host.AsSpan().IndexOfAny(':', '%') >= 0 ? $"[{host}]:{text}" : $"{host}:{text}";
    }

    private string Policies(Msg.Flow flow, RepeatedField<Msg.Policy> egress, RepeatedField<Msg.Policy> ingress)
    {
        if (!options.PrintPolicyNames) return "";
        var policies = flow.TrafficDirection switch
        {
            Msg.TrafficDirection.Egress => egress,
            Msg.TrafficDirection.Ingress => ingress,
            _ => [],
        };
        var text = new StringBuilder();
        foreach (var policy in policies.Where(p => p.Kind.Length > 0 && p.Name.Length > 0))
            text.Append(text.Length == 0 ? " BY " : ", ").Append(policy.Name).Append(" (").Append(policy.Kind).Append(')');
        return text.ToString();
    }
}
