using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.Model;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Documents;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>All policies and all identities, and the tables that follow from them.</summary>
/// <remarks>Not thread-safe: one owner calls it. What it hands out is immutable and may go anywhere.</remarks>
public sealed class PolicyRepository
{
    private readonly PolicyConfiguration _configuration;
    private readonly IdentityIndex _index = new();
    private readonly LocalIdentities _locals;
    private readonly PeerResolver _resolver;
    private readonly NamedPortIndex _portNames = new();
    private readonly SortedDictionary<PolicyName, (PolicySpec Spec, InstalledRule[] Rules)> _policies = new(PolicyName.Order);
    private readonly LabelIndex<InstalledRule> _subjects = new();
    private readonly Dictionary<EndpointSubject, CompiledPolicy> _bySubject = [];
    private readonly Dictionary<string, CompiledPolicy> _byKey = new(StringComparer.Ordinal);
    private List<IpPrefix> _serviceRanges = [];
    private int _sequence;

    /// <summary>An empty repository that knows the reserved identities.</summary>
    public PolicyRepository(PolicyConfiguration? configuration = null)
    {
        _configuration = configuration ?? new PolicyConfiguration();
        _locals = new LocalIdentities(_configuration.DualStack, _configuration.FirstLocalIdentity);
        _resolver = new PeerResolver(_configuration, _locals);
        for (uint id = 1; id <= 10; id++)
        {
            var identity = new SecurityIdentity(id);
            if (!_configuration.DualStack && id >= SecurityIdentity.WorldIPv4.Value) continue;
            List<Label> labels = [new(LabelNames.Reserved, identity.ReservedName!, "")];

            // An API server inside the cluster runs on a node.
            if (identity == SecurityIdentity.KubeApiServer) labels.Add(new Label(LabelNames.Reserved, "remote-node", ""));
            _index.Add(new PeerIdentity(id, new LabelSet(labels)));
        }
    }

    /// <summary>The generation of the policy set; grows with each accepted change.</summary>
    public ulong Revision { get; private set; } = 1;

    /// <summary>What the policies mean besides what they say.</summary>
    public PolicyConfiguration Configuration => _configuration;

    /// <summary>The policies in force, ordered by kind, namespace and name.</summary>
    public IEnumerable<PolicySpec> Policies => _policies.Values.Select(p => p.Spec);

    /// <summary>The ranges of addresses that have an identity here: what the ipcache has to hold.</summary>
    public IReadOnlyCollection<LocalIdentity> LocalIdentities => _locals.All;

    /// <summary>Puts a policy in force, in place of one of the same kind, namespace and name.</summary>
    /// <remarks>A policy with any problem is refused whole, and the one before stays in force.</remarks>
    public PolicyChange Upsert(JsonElement policy) => Upsert(PolicyReader.Read(JsonNodes.From(policy), _configuration.DefaultNamespace, _configuration.Cluster));

    /// <summary>Puts every policy of a YAML or JSON text in force; all of them, or none where one has a problem.</summary>
    public IReadOnlyList<PolicyChange> Upsert(string text, string file = "")
    {
        var readings = PolicyReader.ReadText(text, file, _configuration.DefaultNamespace, _configuration.Cluster);
        return readings.All(r => r.CanApply)
            ? [.. readings.Select(Upsert)]
            : [.. readings.Where(r => !r.CanApply).Select(r => new PolicyChange(Revision, r.Problems))];
    }

    /// <summary>Puts a policy in force that was read before.</summary>
    public PolicyChange Upsert(PolicyReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading.CanApply ? Upsert(reading.Policy!) : new PolicyChange(Revision, reading.Problems);
    }

    /// <summary>Puts a policy in force whatever was objected to it: for tools that compute meanings, never for an agent.</summary>
    public PolicyChange Upsert(PolicySpec policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        List<InstalledRule> touched = [.. Uninstall(policy.Name)];
        InstalledRule[] rules = [.. policy.Rules.Where(r => !r.IsAboutNodes).Select(r => new InstalledRule(policy.Name, r, ++_sequence))];
        _policies[policy.Name] = (policy, rules);
        foreach (var rule in rules)
        {
            _subjects.Add(rule.Spec.Subject, rule);
            _locals.Use(rule.Ranges, 1);
        }

        touched.AddRange(rules);
        return Changed(touched);
    }

    /// <summary>Takes a policy out of force; nothing happens where it is not.</summary>
    public PolicyChange Remove(string kind, string ns, string name)
    {
        var touched = Uninstall(new PolicyName(kind, ns, name)).ToList();
        return touched.Count == 0 ? new PolicyChange(Revision, []) : Changed(touched);
    }

    /// <summary>Replaces the services that <c>toServices</c> may name.</summary>
    public PolicyChange SetServices(IEnumerable<ServiceBackends> services)
    {
        var users = AllRules.Where(r => r.UsesServices).ToList();
        _resolver.Services = [.. services.OrderBy(s => s.Namespace, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal)];
        return Changed(users);
    }

    /// <summary>Adds or replaces a CIDR group.</summary>
    public PolicyChange SetCidrGroup(CidrGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _locals.SetGroup(group.Name, group);
        return Changed([.. AllRules.Where(r => r.UsesGroups)]);
    }

    /// <summary>Removes a CIDR group.</summary>
    public PolicyChange RemoveCidrGroup(string name)
    {
        _locals.SetGroup(name, null);
        return Changed([.. AllRules.Where(r => r.UsesGroups)]);
    }

    /// <summary>Says at which addresses outside the cluster the API server is. One on a node has the identity kube-apiserver instead.</summary>
    public PolicyChange SetApiServers(IEnumerable<IpAddress> addresses)
    {
        _locals.SetApiServers(addresses);
        return Changed([]);
    }

    /// <summary>Says which named ports a pod has, for egress rules; an empty list where it is gone.</summary>
    public PolicyChange SetNamedPorts(string pod, IReadOnlyList<NamedPort> ports)
    {
        var names = _portNames.Set(pod, ports);
        if (names.Count == 0) return new PolicyChange(Revision, []);
        return Changed([.. AllRules.Where(r => r.UsesPortNames)]);
    }

    /// <summary>Adds an identity of the cluster, or gives it other labels. Write the entries before any address maps to it.</summary>
    public IReadOnlyList<PolicyUpdate> SetIdentity(SecurityIdentity identity, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (_index.Identities.TryGetValue(identity.Value, out var known) && known.Labels.Equals(labels)) return [];
        var touched = known is null ? [] : _index.Remove(identity.Value);
        touched.AddRange(_index.Add(new PeerIdentity(identity.Value, labels)));
        return Updates(touched, identity.Value);
    }

    /// <summary>Removes an identity. Unmap its addresses first.</summary>
    public IReadOnlyList<PolicyUpdate> RemoveIdentity(SecurityIdentity identity) => Updates(_index.Remove(identity.Value), identity.Value);

    /// <summary>The identity and labels of an address that is no pod's and no node's.</summary>
    public (SecurityIdentity Identity, LabelSet Labels) IdentityOf(IpAddress address) => _locals.Of(address);

    /// <summary>The labels of an identity; null where it is not known.</summary>
    public LabelSet? LabelsOf(SecurityIdentity identity) => _index.Identities.GetValueOrDefault(identity.Value)?.Labels;

    /// <summary>The policy of an endpoint. The same instance as long as nothing about it changes, and for endpoints of equal policy.</summary>
    public EndpointPolicy Resolve(EndpointSubject subject) => Resolve(subject, out _);

    /// <summary>The policy of an endpoint, and why the rules contradict each other where they do.</summary>
    /// <param name="subject">The endpoint.</param>
    /// <param name="conflict">
    /// Null, or why no policy could be compiled. Then the returned policy is default deny in both directions: an
    /// endpoint that has a policy should keep it.
    /// </param>
    public EndpointPolicy Resolve(EndpointSubject subject, out string? conflict)
    {
        ArgumentNullException.ThrowIfNull(subject);
        conflict = null;
        if (_bySubject.TryGetValue(subject, out var known)) return known.Current;
        var rules = RulesFor(subject.Labels);
        var isInit = subject.Labels.Find(LabelNames.Reserved, "init") is not null;
        var key = KeyOf(rules, subject, isInit);
        if (!_byKey.TryGetValue(key, out var compiled))
        {
            var named = subject.NamedPorts.ToLookup(p => (p.Name.ToLowerInvariant(), p.Protocol), p => p.Port);
            var ingress = new PlanBuilder(_configuration, _resolver, _index, (n, p) => named[(n, p)] is var found && found.Any() ? found.First() : null);
            var egress = new PlanBuilder(_configuration, _resolver, _index, _portNames.Resolve);
            var (inPlan, outPlan) = (ingress.Build(rules, TrafficDirection.Ingress, isInit), egress.Build(rules, TrafficDirection.Egress, isInit));
            conflict = ingress.Conflict ?? egress.Conflict;
            if (conflict is not null) return EndpointPolicy.Init;
            compiled = new CompiledPolicy(key, Revision, inPlan, outPlan);
            _byKey[key] = compiled;
        }

        _bySubject[subject] = compiled;
        return compiled.Current;
    }

    /// <summary>Forgets an endpoint that is gone.</summary>
    public void Forget(EndpointSubject subject)
    {
        if (_bySubject.Remove(subject)) Sweep();
    }

    /// <summary>The rules that select an endpoint with these labels, in the order of their policies.</summary>
    internal List<InstalledRule> RulesFor(LabelSet labels)
    {
        List<InstalledRule> found = [];
        _subjects.Matching(labels, found);
        return [.. found.Distinct().OrderBy(r => r.Policy, PolicyName.Order).ThenBy(r => r.Sequence)];
    }

    private IEnumerable<InstalledRule> AllRules => _policies.Values.SelectMany(p => p.Rules);

    private InstalledRule[] Uninstall(PolicyName name)
    {
        if (!_policies.Remove(name, out var installed)) return [];
        foreach (var rule in installed.Rules)
        {
            _subjects.Remove(rule.Spec.Subject, rule);
            _locals.Use(rule.Ranges, -1);
        }

        return installed.Rules;
    }

    private PolicyChange Changed(List<InstalledRule> touched)
    {
        Revision++;
        bool Affects(LabelSet labels) => touched.Any(r => r.Spec.Subject.Matches(labels));
        var stale = touched.Count == 0 ? [] : _bySubject.Keys.Where(s => Affects(s.Labels)).ToList();
        foreach (var subject in stale) _bySubject.Remove(subject);
        if (stale.Count > 0) Sweep();
        UseServiceRanges();
        var (added, removed) = _locals.Reconcile();
        List<PolicyUpdate> updates = [];
        foreach (var local in removed) updates.AddRange(Updates(_index.Remove(local.Identity.Value), local.Identity.Value));
        foreach (var local in added)
            updates.AddRange(Updates(_index.Add(new PeerIdentity(local.Identity.Value, local.Labels, local.Prefix)), local.Identity.Value));
        return new PolicyChange(Revision, []) { Added = added, Removed = removed, Updates = Merge(updates), Affects = Affects };
    }

    private void UseServiceRanges()
    {
        if (_resolver.Services.Count == 0 && _serviceRanges.Count == 0) return;
        var wanted = AllRules.Any(r => r.UsesServices)
            ? _resolver.Services.Where(s => s.Selector is not { Count: > 0 }).SelectMany(s => s.Addresses).Select(IpPrefix.Of).ToList()
            : [];
        _locals.Use(_serviceRanges, -1);
        _locals.Use(wanted, 1);
        _serviceRanges = wanted;
    }

    // Several identities at once: one update for each policy, from the first instance to the last.
    private static List<PolicyUpdate> Merge(IEnumerable<PolicyUpdate> chain)
    {
        Dictionary<EndpointPolicy, PolicyUpdate> byEnd = new(ReferenceEqualityComparer.Instance);
        foreach (var update in chain)
        {
            var merged = update;
            if (byEnd.Remove(update.Before, out var earlier))
            {
                merged = new PolicyUpdate(earlier.Before, update.After, Join(earlier.Ingress, update.Ingress), Join(earlier.Egress, update.Egress));
            }

            byEnd[merged.After] = merged;
        }

        return [.. byEnd.Values];
    }

    private static Dictionary<PolicyKey, PolicyEntry> Join(IReadOnlyDictionary<PolicyKey, PolicyEntry> first, IReadOnlyDictionary<PolicyKey, PolicyEntry> second)
    {
        Dictionary<PolicyKey, PolicyEntry> joined = new(first);
        foreach (var (key, entry) in second) joined[key] = entry;
        return joined;
    }

    private static List<PolicyUpdate> Updates(List<SelectorMembers> touched, uint id)
    {
        List<PolicyUpdate> updates = [];
        foreach (var user in touched.SelectMany(m => m.Users).Distinct())
        {
            if (user.Update(id) is { } update) updates.Add(update);
        }

        return updates;
    }

    private void Sweep()
    {
        HashSet<CompiledPolicy> used = [.. _bySubject.Values];
        foreach (var compiled in _byKey.Values.Where(c => !used.Contains(c)).ToList())
        {
            _byKey.Remove(compiled.Key);
            compiled.Release(_index);
        }
    }

    private static string KeyOf(List<InstalledRule> rules, EndpointSubject subject, bool isInit)
    {
        var key = new StringBuilder(isInit ? "init" : "");
        foreach (var rule in rules) key.Append(CultureInfo.InvariantCulture, $" {rule.Sequence}");
        if (!rules.Any(r => r.UsesPortNames)) return key.ToString();
        foreach (var port in subject.NamedPorts) key.Append(CultureInfo.InvariantCulture, $" {port.Name}={port.Port}/{port.Protocol}");
        return key.ToString();
    }
}
