using Weir.Model;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Turns the peers that a rule names into selectors, as services and CIDR groups stand now.</summary>
internal sealed class PeerResolver(PolicyConfiguration configuration, LocalIdentities locals)
{
    private static readonly IReadOnlyList<PeerSelector> Nobody = [];
    private static readonly IReadOnlyList<PeerSelector> Everybody = [AnyPeer.Instance];
    private static readonly string[] ClusterEntities = ["host", "remote-node", "init", "ingress", "unmanaged", "health", "kube-apiserver"];

    public IReadOnlyList<ServiceBackends> Services { get; set; } = [];

    /// <summary>The selectors of a rule; none where it is about nobody.</summary>
    public IReadOnlyList<PeerSelector> Resolve(PeerRule rule)
    {
        if (rule.HasEmptyPeers) return Nobody;
        var namesPorts = rule.Ports is { Count: > 0 } || rule.Icmps is not null;
        if (rule.Anyone) return Everybody;
        if (!rule.NamesPeers) return namesPorts ? Everybody : Nobody;
        List<PeerSelector> peers = [];
        foreach (var selector in rule.Endpoints ?? []) peers.Add(selector.Requirements.Count == 0 ? AnyPeer.Instance : new LabelPeer(selector));
        foreach (var entity in rule.Entities ?? []) peers.AddRange(Entity(entity));
        foreach (var cidr in rule.Cidrs ?? []) peers.Add(Range(cidr));
        foreach (var cidr in rule.CidrSets ?? []) peers.Add(Range(cidr));
        foreach (var names in rule.Names ?? []) peers.Add(new NamePeer(names));
        if (rule.Services is { Count: > 0 } services)
        {
            foreach (var service in services) peers.AddRange(Service(service));

            // A quirk that the corpus holds: services that do not resolve are as if no peer were named.
            if (peers.Count == 0 && namesPorts) return Everybody;
        }

        return peers;
    }

    private IEnumerable<PeerSelector> Entity(string entity) => entity switch
    {
        "all" => Everybody,
        "none" => Nobody,
        "world" when configuration.DualStack => [LabelPeer.Reserved("world"), LabelPeer.Reserved("world-ipv4"), LabelPeer.Reserved("world-ipv6")],
        "cluster" => ClusterEntities.Select(PeerSelector (e) => LabelPeer.Reserved(e)).Prepend(new LabelPeer(
            new LabelSelector([LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Cluster, configuration.Cluster)]))),
        _ => [LabelPeer.Reserved(entity)],
    };

    private RangePeer Range(CidrRule rule)
    {
        if (rule.Range is { } range) return new RangePeer(range.ToString(), [range], rule.Except, configuration.DualStack);
        var groups = locals.Groups.Values.Where(g => rule.GroupName is { } name
            ? g.Name == name
            : rule.GroupSelector!.Matches(new LabelSet(g.Labels.Select(l => new Label(LabelNames.CidrGroup, l.Key, l.Value)))));
        return new RangePeer(rule.GroupName is { } group ? "group " + group : "groups " + rule.GroupSelector!.Key,
            [.. groups.SelectMany(g => g.Ranges)], rule.Except, configuration.DualStack);
    }

    private IEnumerable<PeerSelector> Service(ServicePeer peer)
    {
        foreach (var service in Services)
        {
            var chosen = peer.Selector is null
                ? peer.Name == service.Name && (peer.Namespace.Length == 0 || peer.Namespace == service.Namespace)
                : (peer.Namespace.Length == 0 || peer.Namespace == service.Namespace) &&
                  peer.Selector.Matches(new LabelSet(service.Labels.Select(l => new Label(LabelNames.Kubernetes, l.Key, l.Value))));
            if (!chosen) continue;
            if (service.Selector is { Count: > 0 } selector)
            {
                yield return new LabelPeer(new LabelSelector(selector.Select(l => LabelRequirement.Is(LabelNames.Kubernetes, l.Key, l.Value))
                    .Append(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Namespace, service.Namespace))));
                continue;
            }

            foreach (var address in service.Addresses)
            {
                var prefix = IpPrefix.Of(address);
                yield return new RangePeer(prefix.ToString(), [prefix], [], configuration.DualStack);
            }
        }
    }
}
