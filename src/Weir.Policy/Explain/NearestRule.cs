using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Lint;
using Weir.Policy.Rules;
using Weir.Policy.Testing;

namespace Weir.Policy.Explain;

/// <summary>Finds, among the rules about an endpoint, the one that nearly allows a flow.</summary>
internal sealed class NearestRule(CaseWorld world)
{
    private readonly PeerResolver _resolver = new(world.Configuration, Locals(world)) { Services = world.Services };

    /// <summary>The nearest rule of a direction; null where no rule is about it.</summary>
    public RuleMiss? Find(LabelSet subject, PeerIdentity peer, IReadOnlyCollection<string> names, CaseFlow flow, bool ingress)
    {
        RuleMiss? nearest = null;
        var best = int.MinValue;
        foreach (var policy in world.Policies)
        {
            foreach (var rule in policy.Rules.Where(r => r.Subject.Matches(subject)).SelectMany(r => (ingress ? r.Ingress : r.Egress) ?? []))
            {
                var (score, miss) = Score(rule, peer, names, flow, ingress, policy.Name.Kind == PolicyName.Kubernetes);
                if (miss.Reasons.Count == 0 || score <= best) continue;
                (best, nearest) = (score, miss);
            }
        }

        return nearest;
    }

    private (int Score, RuleMiss Miss) Score(PeerRule rule, PeerIdentity peer, IReadOnlyCollection<string> names, CaseFlow flow, bool ingress, bool isKubernetes)
    {
        var path = $"{(rule.Origin.Field.Contains('.', StringComparison.Ordinal) ? "" : "spec.")}{rule.Origin.Field}[{rule.Origin.Index}]";
        List<string> reasons = [];
        var field = path;
        var score = 0;
        var peers = _resolver.Resolve(rule);
        if (peers.Any(p => p is NamePeer n ? names.Any(n.Names.Matches) : p.Matches(peer)))
        {
            score += 4;
        }
        else
        {
            field = $"{path}.{PeerField(rule, ingress, isKubernetes)}";
            var wanted = peers.Count == 0 ? "nobody" : string.Join(", ", peers.Select(LintAllow.Name));
            reasons.Add($"{field} means {wanted}; the peer is {Describe(peer, names)}");
        }

        var (portScore, portField, portReason) = Ports(rule, flow, path, isKubernetes);
        score += portScore;
        if (portReason is not null)
        {
            if (reasons.Count == 0) field = portField;
            reasons.Add(portReason);
        }

        return (score, new RuleMiss(rule.Origin.ToString(), field, reasons));
    }

    private static (int Score, string Field, string? Reason) Ports(PeerRule rule, CaseFlow flow, string path, bool isKubernetes)
    {
        var asked = $"the flow has {flow.Port}/{flow.Protocol.ToString().ToUpperInvariant()}";
        if (rule.Icmps is { } icmps)
        {
            var fits = icmps.Any(i => (i.IsIPv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp) == flow.Protocol && (i.Type == 0 || i.Type == flow.Port));
            return fits ? (3, "", null) : (0, path + ".icmps", $"{path}.icmps names other types; {asked}");
        }

        if (rule.Ports is not { Count: > 0 } items) return (3, "", null);
        (int Score, string Field, string? Reason) best = (-1, "", null);
        for (var i = 0; i < items.Count; i++)
        {
            for (var j = 0; j < items[i].Ports.Count; j++)
            {
                var range = items[i].Ports[j];
                var speaks = range.Protocol == flow.Protocol || (range.Protocol == IpProtocol.Any && flow.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp);
                var fits = range.Name is null && (range.First == 0 || (flow.Port >= range.First && flow.Port <= range.Last));
                if (speaks && fits) return (3, "", null);
                var score = (speaks ? 1 : 0) + (fits ? 1 : 0);
                if (score <= best.Score) continue;
                var field = (isKubernetes ? $"{path}.ports[{j}]" : $"{path}.toPorts[{i}].ports[{j}]") + (speaks ? ".port" : ".protocol");
                best = (score, field, $"{field} says {range}; {asked}");
            }
        }

        return best.Score >= 0 ? best : (0, path + ".toPorts", $"{path}.toPorts names no port and allows nothing; {asked}");
    }

    private static string PeerField(PeerRule rule, bool ingress, bool isKubernetes)
    {
        var side = ingress ? "from" : "to";
        if (isKubernetes) return side;
        return rule switch
        {
            { Endpoints: not null } => side + "Endpoints",
            { Entities: not null } => side + "Entities",
            { Cidrs: not null } => side + "CIDR",
            { CidrSets: not null } => side + "CIDRSet",
            { Names: not null } => "toFQDNs",
            { Services: not null } => "toServices",
            _ => side + "Endpoints",
        };
    }

    private static string Describe(PeerIdentity peer, IReadOnlyCollection<string> names)
    {
        if (names.Count > 0) return string.Join(", ", names);
        var own = peer.Labels.Labels.Where(l => l.Source != LabelNames.Kubernetes || !l.Key.StartsWith("io.c", StringComparison.Ordinal)).Select(l => l.ToString().Replace("k8s:", "", StringComparison.Ordinal));
        return string.Join(", ", own);
    }

    private static LocalIdentities Locals(CaseWorld world)
    {
        var locals = new LocalIdentities(world.Configuration.DualStack, world.Configuration.FirstLocalIdentity);
        foreach (var group in world.CidrGroups) locals.SetGroup(group.Name, group);
        return locals;
    }
}
