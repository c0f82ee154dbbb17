using Weir.Model;
using Weir.Policy.Explain;
using Weir.Policy.Rules;
using Weir.Policy.Testing;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Policies;

/// <summary>Asks the policy engine about a flow that was seen.</summary>
internal static class FlowQuestion
{
    /// <summary>Explains a flow under the policies that are in force now; null where the flow is none that policy decides.</summary>
    public static Explanation? Explain(PolicyWorld world, Msg.Flow flow)
    {
        if (CaseOf(world.World, flow) is not { } asked) return null;
        try
        {
            return new Explainer(With(world.World, flow), new Dictionary<PolicyName, string>()).Explain(asked, RequestOf(flow));
        }
        catch (ArgumentException)
        {
            return null; // an end that the cluster no longer has
        }
    }

    /// <summary>The flow as the engine asks about it; null where it has no port or an end is not known.</summary>
    public static CaseFlow? CaseOf(CaseWorld world, Msg.Flow flow)
    {
        var isReply = flow.IsReply == true;
        var (client, server) = isReply ? (flow.Destination, flow.Source) : (flow.Source, flow.Destination);
        var (clientIp, serverIp) = isReply ? (flow.IP?.Destination, flow.IP?.Source) : (flow.IP?.Source, flow.IP?.Destination);
        var (protocol, source, destination) = PortsOf(flow.L4);
        if (protocol == IpProtocol.Any || PeerOf(world, client, clientIp) is not { } from || PeerOf(world, server, serverIp) is not { } to) return null;
        return new CaseFlow(from, to, protocol, isReply ? source : destination);
    }

    /// <summary>A world that knows the DNS names that a flow's addresses had.</summary>
    public static CaseWorld With(CaseWorld world, Msg.Flow flow)
    {
        if (flow.DestinationNames.Count == 0 || !IpAddress.TryParse(flow.IP?.Destination, out var address)) return world;
        return world with { Names = [.. world.Names, .. flow.DestinationNames.Select(n => new Weir.Policy.Testing.LearnedName(n.TrimEnd('.'), [address]))] };
    }

    private static CaseRequest? RequestOf(Msg.Flow flow) => flow.L7 switch
    {
        { Dns: { } dns } => new CaseRequest { Name = dns.Query.TrimEnd('.') },
        { Http: { } http } => new CaseRequest { Method = http.Method, Path = Uri.TryCreate(http.Url, UriKind.Absolute, out var url) ? url.PathAndQuery : "/", Host = url?.Host ?? "" },
        _ => null,
    };

    private static CasePeer? PeerOf(CaseWorld world, Msg.Endpoint? end, string? ip)
    {
        if (end is null) return null;
        if (end.PodName.Length > 0)
        {
            var name = $"{end.Namespace}/{(end.Workloads.Count > 0 ? end.Workloads[0].Name : end.PodName)}";
            return world.Endpoints.Any(e => e.Name == name) ? new CasePeer(name, null, null) : null;
        }

        var identity = new SecurityIdentity(end.Identity);
        if (identity.IsReserved && identity.ReservedName is { } entity && !entity.StartsWith("world", StringComparison.Ordinal)) return new CasePeer(null, entity, null);
        return end.Identity != 0 && IpAddress.TryParse(ip, out var address) ? new CasePeer(null, null, address) : null;
    }

    private static (IpProtocol Protocol, ushort Source, ushort Destination) PortsOf(Msg.Layer4? layer) => layer switch
    {
        { TCP: { } tcp } => (IpProtocol.Tcp, (ushort)tcp.SourcePort, (ushort)tcp.DestinationPort),
        { UDP: { } udp } => (IpProtocol.Udp, (ushort)udp.SourcePort, (ushort)udp.DestinationPort),
        { SCTP: { } sctp } => (IpProtocol.Sctp, (ushort)sctp.SourcePort, (ushort)sctp.DestinationPort),
        { ICMPv4: { } icmp } => (IpProtocol.Icmp, (ushort)icmp.Type, (ushort)icmp.Type),
        { ICMPv6: { } icmp } => (IpProtocol.IcmpV6, (ushort)icmp.Type, (ushort)icmp.Type),
        _ => (IpProtocol.Any, 0, 0),
    };
}
