using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weir.Agent.Endpoints;
using Weir.Agent.Evidence;
using Weir.Agent.Metrics;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Datapath;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Policy.Compile;

namespace Weir.Agent.Intent;

/// <summary>Holds the node's pods to the cluster's policy: the one writer of the datapath's tables.</summary>
/// <remarks>
/// Every change runs under one lock, in this order: policies and identities are compiled, entries about new identities are
/// written, then addresses are mapped to them, then endpoints get their new policy, then what is gone is taken out. So no
/// address ever means an identity about which nothing is decided.
/// </remarks>
internal sealed partial class Enforcement(
    IDatapath datapath, PolicyIntent policy, FlowEnricher enricher, ProxyIntent proxy, string nodeName, IntentJournal journal, ILogger<Enforcement> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, LocalEndpoint> _endpoints = [];
    private readonly Dictionary<IpPrefix, SecurityIdentity> _mapped = [];
    private ClusterState _state = ClusterState.Empty;
    private HashSet<(Cluster.Objects.PolicyKey Policy, long Generation)> _malformed = [];
    private bool _isSynced;

    /// <summary>Told about a local pod whenever its identity is in force or it is gone (null). Called outside the lock's reach of the datapath; must not block.</summary>
    public Action<LocalEndpoint, bool> EndpointChanged { get; set; } = (_, _) => { };

    /// <summary>Told that something could not be put in force, by its kind (<see cref="AgentHealth"/>).</summary>
    public Action<string> Failed { get; set; } = _ => { };

    /// <summary>The policies that every attached pod of this node is held to: <c>Kind namespace/name</c> and the generation of its rules.</summary>
    public IReadOnlyDictionary<string, long> Policies { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Attaches a pod in default deny, and its policy as soon as its labels are known.</summary>
    /// <returns>Completes when its own policy is in force.</returns>
    /// <exception cref="DatapathException">The datapath refused; the pod stays without a network.</exception>
    public Task Attach(EndpointRecord record)
    {
        lock (_gate)
        {
            if (!_endpoints.TryGetValue(record.EndpointId, out var endpoint))
            {
                endpoint = new LocalEndpoint(record);
                datapath.Attach(endpoint.Spec);
                _endpoints.Add(record.EndpointId, endpoint);
                journal.Endpoint(endpoint, isThere: true);
            }

            if (!_isSynced) return endpoint.Enforced.Task;
            Refresh(endpoint, force: false);
            WriteAddresses();
            PublishDirectory();
            return endpoint.Enforced.Task;
        }
    }

    /// <summary>Takes back an endpoint that an earlier agent had attached, with the identity and the policy that are in force.</summary>
    public void Adopt(EndpointRecord record, SecurityIdentity identity)
    {
        lock (_gate) _endpoints[record.EndpointId] = new LocalEndpoint(record) { Identity = identity };
    }

    /// <summary>Forgets a pod that is gone.</summary>
    public void Detach(EndpointRecord record)
    {
        lock (_gate)
        {
            if (!_endpoints.Remove(record.EndpointId, out var endpoint)) return;
            if (_isSynced) WriteAddresses(); // the address stops meaning the identity before the endpoint goes
            datapath.Detach(record.EndpointId);
            proxy.Forget(record.EndpointId);
            proxy.Flush();
            if (endpoint.Subject is { } subject && _endpoints.Values.All(e => !subject.Equals(e.Subject))) policy.Repository.Forget(subject);
            endpoint.Enforced.TrySetException(new InvalidOperationException($"Pod {record.Namespace}/{record.Pod} was removed before its policy was in force."));
            EndpointChanged(endpoint, false);
            journal.Endpoint(endpoint, isThere: false);
            if (_isSynced) PublishDirectory();
        }
    }

    /// <summary>Brings the datapath to what the cluster now says.</summary>
    public void Apply(ClusterChange change)
    {
        lock (_gate)
        {
            _state = change.State;
            var first = !_isSynced;
            _isSynced = true;
            var compiled = policy.Apply(change);
            journal.Policies(_state);
            CountMalformed();
            foreach (var update in compiled.Updates) WriteEntries(update);

            // What the proxy is to check about a new identity it knows before any address has that identity.
            proxy.Flush();

            // A new service's backends must be known before its frontend can be chosen by a pod that policy lets through.
            if (first || change.Touches(ClusterPart.Services, ClusterPart.EndpointSlices)) SetServices();
            if (first) ForgetWhatAnEarlierAgentMapped();
            WriteAddresses();
            foreach (var endpoint in _endpoints.Values)
            {
                if (first || change.Touches(ClusterPart.Pods, ClusterPart.Namespaces, ClusterPart.Identities)
                    || (endpoint.Subject is { } subject && compiled.Affects(subject.Labels)))
                    Refresh(endpoint, compiled.Affects(endpoint.Subject?.Labels ?? LabelSet.Empty));
            }

            WriteAddresses();
            foreach (var gone in compiled.GoneIdentities)
            {
                foreach (var update in policy.Repository.RemoveIdentity(gone)) WriteWhole(update);
            }

            proxy.Flush();
            if (first) proxy.Synced();
            PublishDirectory();
            Policies = _state.Policies.ToImmutableDictionary(p => p.Key.ToString(), p => p.Value.Generation);
        }
    }

    private void CountMalformed()
    {
        var now = _state.PolicyFaults.Select(f => (f.Key, f.Value.Refused.Generation)).ToHashSet();
        foreach (var _ in now.Except(_malformed)) Failed(AgentHealth.Malformed);
        _malformed = now;
    }

    private void SetServices()
    {
        var services = ServiceIntent.ForDatapath(_state, nodeName);
        Guarded("services", () =>
        {
            datapath.SetServices(services);
            journal.Services(services);
        });
    }

    private void Refresh(LocalEndpoint endpoint, bool force)
    {
        var pod = _state.Pods.GetValueOrDefault(new ObjectName(endpoint.Record.Namespace, endpoint.Record.Pod));
        if (pod is null || (endpoint.Record.Uid.Length > 0 && pod.Uid != endpoint.Record.Uid)) return;
        if (_state.SecurityLabels(pod) is not { } labels || !_state.IdentityOf.TryGetValue(labels, out var identity)) return;

        var subject = new EndpointSubject(labels, [.. pod.Ports.Where(p => p.Name.Length > 0).Select(p => new NamedPort(p.Name, p.Protocol, p.Port))]);
        if (!force && endpoint.Policy is not null && subject.Equals(endpoint.Subject) && endpoint.Identity == identity) return;

        var resolved = policy.Repository.Resolve(subject, out var conflict);
        if (conflict is not null && endpoint.Policy is not null)
        {
            Log.Conflict(logger, endpoint.Record.Namespace, endpoint.Record.Pod, conflict);
            Failed(AgentHealth.Conflict);
            return;
        }

        try
        {
            if (endpoint.Identity != identity)
            {
                endpoint.Identity = identity;
                datapath.Attach(endpoint.Spec);
            }

            endpoint.Subject = subject;
            if (!ReferenceEquals(resolved, endpoint.Policy)) Swap(endpoint, resolved);
            endpoint.Policy = resolved;
        }
        catch (DatapathException e)
        {
            // What was in force stays in force: a new pod stays in default deny.
            Log.Refused(logger, $"the policy of {endpoint.Record.Namespace}/{endpoint.Record.Pod}", e.Message);
            Failed(AgentHealth.DatapathRefused);
            if (endpoint.Policy is { } inForce) proxy.Note(endpoint, inForce, datapath.EgressTableOf(endpoint.Record.EndpointId));
            journal.Regenerated(endpoint, e.Message);
            return;
        }

        endpoint.Enforced.TrySetResult();
        journal.Regenerated(endpoint, error: null);
        EndpointChanged(endpoint, true);
    }

    private void WriteEntries(PolicyUpdate update)
    {
        foreach (var endpoint in _endpoints.Values.Where(e => ReferenceEquals(e.Policy, update.Before)))
        {
            Guarded($"entries of {endpoint.Record.Namespace}/{endpoint.Record.Pod}", () =>
            {
                if (update.Ingress.Count > 0) datapath.AddEntries(endpoint.Record.EndpointId, TrafficDirection.Ingress, update.Ingress);
                if (update.Egress.Count > 0) datapath.AddEntries(endpoint.Record.EndpointId, TrafficDirection.Egress, update.Egress);
                endpoint.Policy = update.After;
                proxy.Note(endpoint, update.After, datapath.EgressTableOf(endpoint.Record.EndpointId));
            });
        }
    }

    /// <summary>Puts a policy in force, at the proxy first: what the datapath hands it, it can then judge.</summary>
    private void Swap(LocalEndpoint endpoint, EndpointPolicy next) => datapath.SetPolicy(endpoint.Record.EndpointId, next, table =>
    {
        proxy.Note(endpoint, next, table);
        proxy.Flush();
    });

    // An identity's number may be given to other labels one day, so its entries have to go.
    private void WriteWhole(PolicyUpdate update)
    {
        foreach (var endpoint in _endpoints.Values.Where(e => ReferenceEquals(e.Policy, update.Before)))
        {
            Guarded($"the policy of {endpoint.Record.Namespace}/{endpoint.Record.Pod}", () =>
            {
                Swap(endpoint, update.After);
                endpoint.Policy = update.After;
            });
        }
    }

    private void WriteAddresses()
    {
        var wanted = AddressIntent.Of(_state, nodeName, policy.LocalRanges, _endpoints.Values, policy.IsDecided);
        foreach (var (prefix, identity) in wanted)
        {
            SecurityIdentity? before = _mapped.TryGetValue(prefix, out var mapped) ? mapped : null;
            if (before == identity) continue;
            Guarded($"the address {prefix}", () =>
            {
                datapath.SetIdentity(prefix, identity);
                _mapped[prefix] = identity;
                journal.Address(prefix, identity, before);
            });
        }

        foreach (var prefix in _mapped.Keys.Where(p => !wanted.ContainsKey(p)).ToList())
        {
            datapath.RemoveIdentity(prefix);
            _mapped.Remove(prefix, out var gone);
            journal.AddressGone(prefix, gone);
        }
    }

    private void ForgetWhatAnEarlierAgentMapped()
    {
        foreach (var (prefix, identity) in datapath.Identities) _mapped.TryAdd(prefix, identity);
    }

    private void PublishDirectory() =>
        enricher.Publish(DirectoryIntent.Of(_state, nodeName, policy.LocalIdentities, _endpoints.Values));

    private void Guarded(string what, Action write)
    {
        try
        {
            write();
        }
        catch (DatapathException e)
        {
            Log.Refused(logger, what, e.Message);
            Failed(AgentHealth.DatapathRefused);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9010, LogLevel.Error, "The datapath refused {What}; what was in force stays in force. {Reason}")]
        public static partial void Refused(ILogger logger, string what, string reason);

        [LoggerMessage(9011, LogLevel.Error, "The policies of {Namespace}/{Pod} contradict each other; the last ones that did not stay in force. {Reason}")]
        public static partial void Conflict(ILogger logger, string @namespace, string pod, string reason);
    }
}
