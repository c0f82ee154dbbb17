using Weir.Policy.Compile.Selectors;

namespace Weir.Policy.Compile;

/// <summary>The plan behind an <see cref="EndpointPolicy"/>, which follows identities as they come and go. One writer.</summary>
internal sealed class CompiledPolicy
{
    private readonly DirectionPlan _ingress;
    private readonly DirectionPlan _egress;

    public CompiledPolicy(string key, ulong revision, DirectionPlan ingress, DirectionPlan egress)
    {
        (Key, _ingress, _egress) = (key, ingress, egress);
        foreach (var members in ingress.Selectors.Concat(egress.Selectors)) members.Users.Add(this);
        Current = new EndpointPolicy(revision, ingress.Build(), egress.Build());
    }

    /// <summary>Which rules and which facts about the endpoint it was compiled from.</summary>
    public string Key { get; }

    /// <summary>The policy as of now.</summary>
    public EndpointPolicy Current { get; private set; }

    /// <summary>Takes an identity's coming or going into account; null where nothing changes.</summary>
    public PolicyUpdate? Update(uint id)
    {
        var before = Current;
        DirectionTable ingress = _ingress.Update(before.Ingress, id), egress = _egress.Update(before.Egress, id);
        if (ReferenceEquals(ingress, before.Ingress) && ReferenceEquals(egress, before.Egress)) return null;
        Current = before with { Ingress = ingress, Egress = egress };
        return new PolicyUpdate(before, Current, Added(ingress, id), Added(egress, id));
    }

    /// <summary>Lets go of the selectors.</summary>
    public void Release(IdentityIndex index)
    {
        foreach (var members in _ingress.Selectors.Concat(_egress.Selectors)) index.Release(members, this);
    }

    private static Dictionary<PolicyKey, PolicyEntry> Added(DirectionTable table, uint id) =>
        table.Entries is EntryTable entries && entries.Peers.TryGetValue(id, out var ports)
            ? ports.Entries.ToDictionary(e => e.Key.For(new(id)), e => e.Value)
            : [];
}
