using Weir.Model;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Makes one direction's plan of the rules that select an endpoint.</summary>
internal sealed class PlanBuilder(PolicyConfiguration configuration, PeerResolver resolver, IdentityIndex index, Func<string, IpProtocol, ushort?> portNames)
{
    private static readonly IpProtocol[] AllTransports = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp];

    private readonly Dictionary<PortRange, PortFilter> _filters = [];
    private bool _wildcardL7;

    /// <summary>Why the rules contradict each other; null where they do not.</summary>
    public string? Conflict { get; private set; }

    public DirectionPlan Build(IReadOnlyList<InstalledRule> rules, TrafficDirection direction, bool isInit)
    {
        var ingress = direction == TrafficDirection.Ingress;
        List<InstalledRule> denying = [.. rules.Where(r => ingress ? r.Spec.DefaultDenyIngress : r.Spec.DefaultDenyEgress)];
        var always = configuration.Mode == PolicyMode.Always || isInit;
        var enforced = denying.Count > 0 || always;
        var selected = enforced || rules.Any(r => ingress ? r.Spec.Ingress is { Count: > 0 } || r.Spec.IngressDeny is { Count: > 0 }
            : r.Spec.Egress is { Count: > 0 } || r.Spec.EgressDeny is { Count: > 0 });
        if (configuration.Mode == PolicyMode.Never) return new DirectionPlan([], index, false, false, RuleSet.NoPolicy);
        _wildcardL7 = !enforced;
        foreach (var rule in rules)
        {
            foreach (var peerRule in (ingress ? rule.Spec.Ingress : rule.Spec.Egress) ?? []) Add(peerRule);
            foreach (var peerRule in (ingress ? rule.Spec.IngressDeny : rule.Spec.EgressDeny) ?? []) Add(peerRule);
        }

        if (ingress && configuration.AllowLocalHost && selected) AllowLocalHost();
        var byDefault = !enforced ? RuleSet.NoPolicy
            : denying.Count == 0 && isInit ? RuleSet.Init
            : new RuleSet(DecisionBasis.DefaultDeny, [.. denying.Select(r => r.Whole).Distinct()]);
        return new DirectionPlan(_filters.Values, index, enforced, selected, byDefault);
    }

    private void Add(PeerRule rule)
    {
        var peers = resolver.Resolve(rule);
        if (peers.Count == 0) return;
        if (rule.Icmps is { } icmps)
        {
            foreach (var icmp in icmps) Add(rule, peers, Filter(icmp.IsIPv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp, icmp.Type, icmp.Type, null), null);
            return;
        }

        if (rule.Ports is not { Count: > 0 } ports)
        {
            Add(rule, peers, Filter(IpProtocol.Any, 0, 0, null), null);
            return;
        }

        foreach (var portRule in ports)
        {
            foreach (var port in portRule.Ports)
            {
                ReadOnlySpan<IpProtocol> protocols = port.Protocol == IpProtocol.Any ? AllTransports : [port.Protocol];
                foreach (var protocol in protocols)
                {
                    // DNS is spoken over UDP and TCP.
                    if (portRule.L7?.Parser == "dns" && protocol == IpProtocol.Sctp) Add(rule, peers, Filter(protocol, port.First, port.Last, port.Name), null);
                    else Add(rule, peers, Filter(protocol, port.First, port.Last, port.Name), portRule.L7);
                }
            }
        }
    }

    private void Add(PeerRule rule, IReadOnlyList<PeerSelector> peers, PortFilter filter, L7Spec? l7)
    {
        foreach (var peer in peers)
        {
            var policy = filter.For(peer);
            if (rule.IsDeny)
            {
                policy.Deny(rule.Origin);
            }
            else if (!policy.Allow(rule.Origin, l7 is not null && _wildcardL7 ? Widened(l7) : l7))
            {
                Conflict ??= $"{rule.Origin} wants {l7!.Parser} rules where another rule for the same peers and port wants {policy.Parser} rules. A port speaks one language: change one of them.";
            }
        }
    }

    // The node's own probes pass, and L7 rules that catch them without naming the host do not limit them, though they still go through the proxy.
    private void AllowLocalHost()
    {
        var host = LabelPeer.Reserved("host");
        var identity = new PeerIdentity(SecurityIdentity.Host.Value, LabelSet.Reserved("host"));
        foreach (var filter in _filters.Values)
        {
            if (!filter.Peers.ContainsKey(host.Key) && filter.Peers.Values.Any(p => p.Policy.Action == PolicyAction.Redirect && p.Selector.Matches(identity))) filter.For(host).AllowLocalHost();
        }

        Filter(IpProtocol.Any, 0, 0, null).For(host).AllowLocalHost();
    }

    private static L7Spec Widened(L7Spec l7)
    {
        var widened = PeerPolicy.WithWildcard(new L7Alternative { Http = l7.Http, Dns = l7.Dns, ServerNames = l7.ServerNames, Other = l7.Other }, l7.Parser);
        return l7 with { Http = widened.Http, Dns = widened.Dns, Other = widened.Other };
    }

    private PortFilter Filter(IpProtocol protocol, ushort first, ushort last, string? name)
    {
        var range = new PortRange(protocol, first, last, name);
        if (_filters.TryGetValue(range, out var filter)) return filter;
        IReadOnlyList<PortKey> keys;
        if (name is not null) keys = portNames(name, protocol) is { } number ? [new PortKey(protocol, number, 16)] : [];
        else keys = first == 0 ? [new PortKey(protocol, 0, 0)] : [.. PortKey.Cover(protocol, first, last)];
        return _filters[range] = new PortFilter(range, keys);
    }
}
