using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Kernel.Network;

/// <summary>Compiled policies, written by hand.</summary>
internal static class Policies
{
    private static ulong s_revision;

    public static EndpointPolicy Open => new(++s_revision, DirectionTable.Open, DirectionTable.Open);

    public static RuleSet Rule(string policy, DecisionBasis basis = DecisionBasis.Allow) =>
        new(basis, [new RuleOrigin("CiliumNetworkPolicy", "test", policy, "ingress", 0)]);

    /// <summary>Enforced ingress with these entries, all egress.</summary>
    public static EndpointPolicy Ingress(params (PolicyKey Key, PolicyEntry Entry)[] entries) =>
        new(++s_revision, Table(entries), DirectionTable.Open);

    /// <summary>Enforced egress with these entries, all ingress.</summary>
    public static EndpointPolicy Egress(params (PolicyKey Key, PolicyEntry Entry)[] entries) =>
        new(++s_revision, DirectionTable.Open, Table(entries));

    /// <summary>An entry about TCP to one port; identity 0 is anyone.</summary>
    public static (PolicyKey Key, PolicyEntry Entry) Tcp(uint peer, ushort port, PolicyAction action, string policy) =>
        Entry(peer, IpProtocol.Tcp, port, 16, action, policy);

    public static (PolicyKey Key, PolicyEntry Entry) Entry(uint peer, IpProtocol protocol, ushort port, byte bits, PolicyAction action, string policy) =>
        (new PolicyKey(new SecurityIdentity(peer), protocol, port, bits),
            new PolicyEntry(action, PolicyMatch.L3L4, Rule(policy, action == PolicyAction.Deny ? DecisionBasis.Deny : DecisionBasis.Allow)));

    private static DirectionTable Table((PolicyKey Key, PolicyEntry Entry)[] entries) => new(
        true,
        new RuleSet(DecisionBasis.DefaultDeny, [new RuleOrigin("CiliumNetworkPolicy", "test", "deny-by-default", "", -1)]),
        entries.ToDictionary(entry => entry.Key, entry => entry.Entry));
}
