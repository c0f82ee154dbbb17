using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Proxy.Feed;

namespace Weir.Proxy.Policies;

/// <summary>An endpoint of the node and what of its policy concerns a proxy. Immutable.</summary>
public sealed class ProxyEndpoint
{
    internal ProxyEndpoint(FeedEndpoint told, FeedPolicy? egress, FeedPolicy? ingress, Func<uint, RuleSet> rules)
    {
        (Told, EgressTold, IngressTold) = (told, egress, ingress);
        Addresses = [.. told.Addresses.Select(IpAddress.Parse)];
        Egress = TableOf(egress, rules);
        Ingress = TableOf(ingress, rules);
    }

    /// <summary>Number, names, identity and labels, as the agent told them.</summary>
    public FeedEndpoint Told { get; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IpAddress> Addresses { get; }

    internal FeedPolicy? EgressTold { get; }

    internal FeedPolicy? IngressTold { get; }

    /// <summary>The entries that redirect, and the decisions about names.</summary>
    internal DirectionTable Egress { get; }

    /// <summary>The entries that redirect.</summary>
    internal DirectionTable Ingress { get; }

    private static DirectionTable TableOf(FeedPolicy? told, Func<uint, RuleSet> rules)
    {
        if (told is null) return DirectionTable.Open;
        return DirectionTable.Open with
        {
            Entries = EntriesOf(told.Entries, rules),
            Names = [.. told.Names.Select(n => new NamedEntries(new NamePattern(n.Text, n.IsPattern), EntriesOf(n.Entries, rules)))],
        };
    }

    private static Dictionary<PolicyKey, PolicyEntry> EntriesOf(IReadOnlyList<FeedEntry> entries, Func<uint, RuleSet> rules) => entries.ToDictionary(
        e => new PolicyKey(new SecurityIdentity(e.Peer), (IpProtocol)e.Protocol, e.Port, e.PortBits),
        e => new PolicyEntry((PolicyAction)e.Action, (PolicyMatch)e.Match, rules(e.Rule), e.L7));
}
