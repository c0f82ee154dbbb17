namespace Weir.Model;

/// <summary>
/// What the datapath knows about DNS names: address → set of names, for each endpoint, and set of names → decisions. Written by the proxy
/// process alone; it never shadows the identities, of which the agent is the writer.
/// </summary>
/// <remarks>Write a set's decisions first and the addresses that have it after; remove in reverse. Any thread, one call at a time.</remarks>
public interface INameTable
{
    /// <summary>Whether the tables are there: false before an agent has made them for the first time.</summary>
    bool IsReady { get; }

    /// <summary>Says which set of names an endpoint knows an address by, in one write.</summary>
    /// <returns>False where the table is full: the address is then not allowed by name.</returns>
    bool SetNames(uint endpoint, IpAddress address, uint set);

    /// <summary>Forgets that an endpoint knows an address by any name.</summary>
    void RemoveNames(uint endpoint, IpAddress address);

    /// <summary>Writes what a decision table says about a set of names.</summary>
    /// <returns>False where the table is full: the decision is then not in force, and the addresses must not get the set.</returns>
    bool SetDecision(NameDecisionKey key, NameDecision decision);

    /// <summary>Removes one decision.</summary>
    void RemoveDecision(NameDecisionKey key);

    /// <summary>Every address with its set, what an earlier process wrote included.</summary>
    IReadOnlyCollection<NamedAddress> Addresses { get; }

    /// <summary>Every decision, what an earlier process wrote included.</summary>
    IReadOnlyCollection<NameDecisionKey> Decisions { get; }

    /// <summary>The identity that the datapath takes an address for.</summary>
    SecurityIdentity IdentityOf(IpAddress address);

    /// <summary>The connections that endpoints of this node have opened and that have not ended: the endpoint and the peer's address.</summary>
    /// <remarks>Walks every connection: for now and then, not for every answer.</remarks>
    IReadOnlySet<(uint Endpoint, IpAddress Peer)> LiveConnections();
}
