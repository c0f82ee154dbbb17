using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Agent.Intent;

/// <summary>What a change of the cluster means for the tables, gathered from several steps.</summary>
internal sealed class PolicyConsequences
{
    private readonly List<Func<LabelSet, bool>> _affects = [];

    /// <summary>Entries about identities that appeared, in the order of their appearance.</summary>
    public List<PolicyUpdate> Updates { get; } = [];

    /// <summary>Identities that are to be removed when no address maps to them any more.</summary>
    public List<SecurityIdentity> GoneIdentities { get; } = [];

    /// <summary>Whether the policy of an endpoint with these labels may have changed.</summary>
    public bool Affects(LabelSet labels) => _affects.Exists(a => a(labels));

    /// <summary>Takes up what an identity brought.</summary>
    public void Add(IReadOnlyList<PolicyUpdate> updates) => Updates.AddRange(updates);

    /// <summary>Takes up what a policy, a group or a service brought.</summary>
    public void Add(PolicyChange change)
    {
        Updates.AddRange(change.Updates);
        _affects.Add(change.Affects);
    }
}
