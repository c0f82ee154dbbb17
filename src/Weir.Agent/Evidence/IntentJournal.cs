using System.Collections.Immutable;
using Weir.Agent.Intent;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Datapath;
using Weir.Model;
using Weir.Observe.Hubble;

namespace Weir.Agent.Evidence;

/// <summary>Writes down what the agent did to the datapath, as events that Hubble's users can follow.</summary>
/// <remarks>Called under the lock of <see cref="Enforcement"/>, so nothing here waits.</remarks>
internal sealed class IntentJournal(AgentEventLog log)
{
    private readonly Dictionary<(IpAddress, ushort, IpProtocol), (uint Id, ServiceSpec Spec)> _services = [];
    private ImmutableDictionary<PolicyKey, PolicyDocument> _policies = ImmutableDictionary<PolicyKey, PolicyDocument>.Empty;
    private ulong _revision;
    private uint _lastService;

    /// <summary>A pod was attached, or is gone.</summary>
    public void Endpoint(LocalEndpoint endpoint, bool isThere) => log.EndpointChanged(
        endpoint.Record.EndpointId, endpoint.Record.Namespace, endpoint.Record.Pod, LabelsOf(endpoint), isThere);

    /// <summary>A pod's policy was written, or could not be.</summary>
    public void Regenerated(LocalEndpoint endpoint, string? error) => log.EndpointRegenerated(endpoint.Record.EndpointId, LabelsOf(endpoint), error);

    /// <summary>A range of addresses means another identity now.</summary>
    public void Address(IpPrefix prefix, SecurityIdentity identity, SecurityIdentity? before) =>
        log.AddressChanged(prefix.ToString(), identity.Value, before?.Value, isThere: true);

    /// <summary>A range of addresses means nothing of its own any more.</summary>
    public void AddressGone(IpPrefix prefix, SecurityIdentity identity) => log.AddressChanged(prefix.ToString(), identity.Value, null, isThere: false);

    /// <summary>The policies in force are these now.</summary>
    public void Policies(ClusterState state)
    {
        if (ReferenceEquals(state.Policies, _policies)) return;
        foreach (var (key, policy) in state.Policies)
        {
            if (_policies.TryGetValue(key, out var known) && (known.Uid, known.Generation) == (policy.Uid, policy.Generation)) continue;
            log.PolicyChanged(LabelsOf(key, policy.Uid), ++_revision, RulesOf(policy), isThere: true);
        }

        foreach (var (key, policy) in _policies)
        {
            if (!state.Policies.ContainsKey(key)) log.PolicyChanged(LabelsOf(key, policy.Uid), ++_revision, RulesOf(policy), isThere: false);
        }

        _policies = state.Policies;
    }

    /// <summary>The services in force are these now.</summary>
    public void Services(IReadOnlyCollection<ServiceSpec> now)
    {
        var keep = new HashSet<(IpAddress, ushort, IpProtocol)>();
        foreach (var spec in now)
        {
            var key = (spec.Frontend, spec.Port, spec.Protocol);
            keep.Add(key);
            if (_services.TryGetValue(key, out var known) && known.Spec.Backends.SequenceEqual(spec.Backends)) continue;
            var id = known.Id == 0 ? ++_lastService : known.Id;
            _services[key] = (id, spec);
            log.ServiceUpserted(id, (spec.Frontend.ToString(), spec.Port), spec.Backends.Select(b => (b.Address.ToString(), b.Port)));
        }

        foreach (var key in _services.Keys.Where(k => !keep.Contains(k)).ToList())
        {
            log.ServiceDeleted(_services[key].Id);
            _services.Remove(key);
        }
    }

    private static IEnumerable<string> LabelsOf(LocalEndpoint endpoint) => (endpoint.Subject?.Labels ?? LabelSet.Empty).Labels.Select(l => l.ToString());

    private static IEnumerable<string> LabelsOf(PolicyKey key, string uid)
    {
        yield return $"k8s:io.cilium.k8s.policy.derived-from={key.Kind}";
        yield return $"k8s:io.cilium.k8s.policy.name={key.Name.Name}";
        if (key.Name.Namespace.Length > 0) yield return $"k8s:io.cilium.k8s.policy.namespace={key.Name.Namespace}";
        if (uid.Length > 0) yield return $"k8s:io.cilium.k8s.policy.uid={uid}";
    }

    // A document holds one rule in spec, or several in specs.
    private static int RulesOf(PolicyDocument policy) =>
        (policy.Document["spec"] is null ? 0 : 1) + ((policy.Document["specs"] as System.Text.Json.Nodes.JsonArray)?.Count ?? 0);
}
