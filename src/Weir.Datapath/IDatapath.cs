using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath;

/// <summary>The tables that decide packets, whoever holds them: the kernel (<c>KernelDatapath</c>) or managed memory (<c>Model/</c>).</summary>
/// <remarks>One writer: the agent calls from one thread at a time. No packet ever sees a half-written table.</remarks>
public interface IDatapath : IDisposable
{
    /// <summary>Attaches an endpoint in default deny (<see cref="EndpointPolicy.Init"/>); nothing passes until <see cref="SetPolicy"/>.</summary>
    /// <remarks>An endpoint that is already attached (adopted after a restart) keeps the policy that is in force.</remarks>
    /// <exception cref="DatapathException">The kernel refused; the endpoint's traffic stays blocked.</exception>
    void Attach(EndpointSpec endpoint);

    /// <summary>Forgets an endpoint and its connections.</summary>
    void Detach(uint endpointId);

    /// <summary>The endpoints that are attached, adopted ones included.</summary>
    IReadOnlyCollection<EndpointSpec> Endpoints { get; }

    /// <summary>Puts a policy in force for an endpoint, at once and whole.</summary>
    /// <param name="endpointId">The endpoint.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="ready">
    /// Told the number of its egress table once the tables are written and before the endpoint has them, so that what the proxy has to know
    /// is in force before a packet needs it. Null: nobody.
    /// </param>
    /// <exception cref="DatapathException">A table is full or refused; the policy before stays in force.</exception>
    void SetPolicy(uint endpointId, EndpointPolicy policy, Action<uint>? ready = null);

    /// <summary>The number of the table that decides what an endpoint sends; 0 where it has none.</summary>
    uint EgressTableOf(uint endpointId);

    /// <summary>The rule id of a rule set, the same that tables and events have; a new one is given to one that was never met.</summary>
    /// <exception cref="DatapathException">The rule texts are full.</exception>
    uint RuleIdOf(RuleSet rules);

    /// <summary>Adds to the tables of an endpoint the entries for an identity that is about to appear, without a new revision.</summary>
    void AddEntries(uint endpointId, TrafficDirection direction, IReadOnlyDictionary<PolicyKey, PolicyEntry> entries);

    /// <summary>Maps addresses to an identity (the ipcache). Write the decisions about a new identity first.</summary>
    void SetIdentity(IpPrefix prefix, SecurityIdentity identity);

    /// <summary>Unmaps addresses. Remove the mapping first and the decisions after.</summary>
    void RemoveIdentity(IpPrefix prefix);

    /// <summary>The mapping that is in force, what an earlier run wrote included.</summary>
    IReadOnlyCollection<KeyValuePair<IpPrefix, SecurityIdentity>> Identities { get; }

    /// <summary>Replaces the services to translate.</summary>
    void SetServices(IReadOnlyCollection<ServiceSpec> services);

    /// <summary>Names the port that connections with a redirect verdict are handed to, one for each protocol; 0 turns it off and such connections are dropped.</summary>
    void SetProxyPorts(ushort tcpPort, ushort udpPort);

    /// <summary>What stands behind the rule ids of events.</summary>
    RuleSet ResolveRule(uint ruleId);

    /// <summary>Hands waiting events to <paramref name="sink"/>; waits up to <paramref name="wait"/> for the first.</summary>
    /// <returns>How many events were handed over.</returns>
    int ReadEvents(IEventSink sink, TimeSpan wait);

    /// <summary>Events that found the ring full since the datapath was first loaded.</summary>
    ulong LostEvents { get; }

    /// <summary>Packets and bytes of every attached endpoint, by direction, verdict and reason, since each was attached. Any thread.</summary>
    IReadOnlyList<EndpointCounter> ReadCounters();

    /// <summary>How full the tables are. Costs a system call for each entry. Any thread.</summary>
    IReadOnlyList<TableFill> ReadTables();
}
