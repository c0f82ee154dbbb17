using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;

namespace Weir.Unit.Policy;

/// <summary>Decides a packet by going through every rule: slow, plain, and written without the compiler.</summary>
internal static class RuleOracle
{
    public static PolicyAction Decide(IEnumerable<PolicySpec> policies, LabelSet subject, LabelSet peer, IpAddress? address, bool isHost, bool ingress, IpProtocol protocol, ushort port)
    {
        bool enforced = false, selected = false, allowed = false, redirected = false, denied = false;
        foreach (var rule in policies.SelectMany(p => p.Rules).Where(r => r.Subject.Matches(subject)))
        {
            enforced |= ingress ? rule.DefaultDenyIngress : rule.DefaultDenyEgress;
            foreach (var item in ((ingress ? rule.Ingress : rule.Egress) ?? []).Concat((ingress ? rule.IngressDeny : rule.EgressDeny) ?? []))
            {
                selected = true;
                if (!MeansPeer(item, peer, address)) continue;
                foreach (var l7 in MatchingPorts(item, protocol, port))
                {
                    denied |= item.IsDeny;
                    redirected |= !item.IsDeny && l7 is not null;
                    allowed |= !item.IsDeny;
                }
            }
        }

        if (denied) return PolicyAction.Deny;
        if (redirected) return PolicyAction.Redirect;
        return allowed || !enforced || (ingress && isHost && (selected || enforced)) ? PolicyAction.Allow : PolicyAction.Deny;
    }

    private static bool MeansPeer(PeerRule rule, LabelSet peer, IpAddress? address)
    {
        if (rule.Endpoints is { Count: 0 } || rule.Entities is { Count: 0 } || rule.Cidrs is { Count: 0 } || rule.CidrSets is { Count: 0 }) return false;
        if (rule.Endpoints is null && rule.Entities is null && rule.Cidrs is null && rule.CidrSets is null) return rule.Ports is { Count: > 0 } || rule.Icmps is not null;
        if (rule.Endpoints is { } endpoints && endpoints.Any(e => e.Matches(peer))) return true;
        if (rule.Entities is { } entities && entities.Any(e => IsEntity(e, peer))) return true;
        var ranges = (rule.Cidrs ?? []).Concat(rule.CidrSets ?? []);
        return address is { } at && ranges.Any(r => r.Range!.Value.Contains(at) && !r.Except.Any(e => e.Contains(at)));
    }

    private static bool IsEntity(string entity, LabelSet peer)
    {
        bool Has(string reserved) => peer.Find("reserved", reserved) is not null;
        return entity switch
        {
            "all" => true,
            "none" => false,
            "cluster" => peer.Find("k8s", LabelNames.Cluster) is not null || Has("host") || Has("remote-node") || Has("health") || Has("init") || Has("ingress") || Has("unmanaged") || Has("kube-apiserver"),
            _ => Has(entity),
        };
    }

    private static IEnumerable<L7Spec?> MatchingPorts(PeerRule rule, IpProtocol protocol, ushort port)
    {
        if (rule.Icmps is { } icmps)
        {
            if (icmps.Any(i => (i.IsIPv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp) == protocol && (i.Type == 0 || i.Type == port))) yield return null;
            yield break;
        }

        if (rule.Ports is not { Count: > 0 } ports)
        {
            yield return null;
            yield break;
        }

        foreach (var item in ports)
        {
            foreach (var range in item.Ports)
            {
                var speaks = range.Protocol == protocol || (range.Protocol == IpProtocol.Any && protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp);
                if (speaks && (range.First == 0 || (port >= range.First && port <= range.Last))) yield return item.L7;
            }
        }
    }
}
