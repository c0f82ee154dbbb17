using System.Text.Json;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Reading;

namespace Weir.Agent.Intent;

/// <summary>Keeps the policy repository in step with the cluster.</summary>
internal sealed class PolicyIntent(PolicyRepository repository)
{
    private static readonly string[] _kinds = ["NetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];

    // What the repository was given: the change's own "before" is what this reader was given, which is not the same thing.
    private readonly Dictionary<Cluster.Objects.PolicyKey, (string Uid, long Generation)> _given = [];

    /// <summary>The policies and identities.</summary>
    public PolicyRepository Repository { get; } = repository;

    /// <summary>The ranges of addresses that policies name.</summary>
    public IEnumerable<KeyValuePair<IpPrefix, SecurityIdentity>> LocalRanges =>
        Repository.LocalIdentities.Select(l => KeyValuePair.Create(l.Prefix, l.Identity));

    /// <summary>The identities of those ranges, with their labels.</summary>
    public IEnumerable<(SecurityIdentity Identity, LabelSet Labels)> LocalIdentities =>
        Repository.LocalIdentities.Select(l => (l.Identity, l.Labels));

    /// <summary>Whether decisions about an identity are compiled.</summary>
    public bool IsDecided(SecurityIdentity identity) => identity.IsReserved || Repository.LabelsOf(identity) is not null;

    /// <summary>Why a policy cannot be put in force, as sentences; empty where it can. What the watch asks before it takes a new version.</summary>
    public static IReadOnlyList<string> Judge(PolicyDocument policy)
    {
        var reading = PolicyReader.Read(Element(policy));
        return reading.CanApply ? [] : [.. reading.Problems.Select(p => p.ToString())];
    }

    /// <summary>Takes over what changed in the cluster.</summary>
    /// <returns>What follows for the tables. Identities that are gone are not removed yet: their addresses must go first.</returns>
    public PolicyConsequences Apply(ClusterChange change)
    {
        var consequences = new PolicyConsequences();
        foreach (var name in change.Of(ClusterPart.Identities))
        {
            var identity = new SecurityIdentity(uint.Parse(name.Name, System.Globalization.CultureInfo.InvariantCulture));
            if (change.State.Identities.TryGetValue(identity, out var labels)) consequences.Add(Repository.SetIdentity(identity, labels));
            else consequences.GoneIdentities.Add(identity);
        }

        foreach (var name in change.Of(ClusterPart.Pods))
        {
            var ports = change.State.Pods.TryGetValue(name, out var pod) && !pod.IsDone
                ? pod.Ports.Where(p => p.Name.Length > 0).Select(p => new NamedPort(p.Name, p.Protocol, p.Port)).ToList()
                : [];
            consequences.Add(Repository.SetNamedPorts(name.ToString(), ports));
        }

        foreach (var name in change.Of(ClusterPart.CidrGroups))
        {
            consequences.Add(change.State.CidrGroups.TryGetValue(name.Name, out var group)
                ? Repository.SetCidrGroup(new CidrGroup(group.Name, group.Labels, group.Prefixes))
                : Repository.RemoveCidrGroup(name.Name));
        }

        if (change.Touches(ClusterPart.Services, ClusterPart.EndpointSlices))
            consequences.Add(Repository.SetServices(ServiceIntent.ForPolicy(change.State)));

        foreach (var name in change.Of(ClusterPart.Policies).Distinct())
        {
            foreach (var kind in _kinds) ApplyPolicy(change, new Cluster.Objects.PolicyKey(kind, name), consequences);
        }

        return consequences;
    }

    private void ApplyPolicy(ClusterChange change, Cluster.Objects.PolicyKey key, PolicyConsequences consequences)
    {
        var known = _given.TryGetValue(key, out var given);
        if (!change.State.Policies.TryGetValue(key, out var now))
        {
            if (!known) return;
            _given.Remove(key);
            consequences.Add(Repository.Remove(key.Kind, key.Name.Namespace, key.Name.Name));
            return;
        }

        // A status update is a new document with the same rules.
        if (known && given == (now.Uid, now.Generation)) return;
        _given[key] = (now.Uid, now.Generation);
        consequences.Add(Repository.Upsert(Element(now)));
    }

    private static JsonElement Element(PolicyDocument policy) => JsonSerializer.SerializeToElement(policy.Document);
}
