using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;

namespace Weir.Cluster;

/// <summary>Watches the cluster and keeps one immutable state of it.</summary>
/// <remarks>
/// Readers subscribe before <see cref="RunAsync"/> and get the first change only when every watch has listed once: until
/// then nobody can know what is missing. When the server cannot be reached, the last state stays.
/// </remarks>
public sealed class ClusterWatch
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ClusterSubscription> _subscriptions = [];
    private readonly HashSet<WatchedKind> _unlisted;
    private readonly List<(WatchedKind Kind, Reflector Reflector)> _reflectors = [];
    private volatile ClusterState _state = ClusterState.Empty;

    /// <summary>Prepares the watches; nothing is sent before <see cref="RunAsync"/>.</summary>
    public ClusterWatch(
        KubernetesConnection connection, ClusterWatchOptions? options = null, TimeProvider? time = null, ILogger<ClusterWatch>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options ??= new ClusterWatchOptions();
        foreach (var kind in Kinds(options))
        {
            _reflectors.Add((kind, new Reflector(
                connection, kind.Path, options, time ?? TimeProvider.System, logger ?? NullLogger<ClusterWatch>.Instance)
            {
                Listed = items => Replace(kind, items),
                Changed = document => Apply(kind, state => kind.Change(state, document), document.ObjectName()),
                Removed = document => Apply(kind, state => kind.Remove(state, document.ObjectName()), document.ObjectName()),
            }));
        }

        _unlisted = [.. _reflectors.Select(r => r.Kind)];
    }

    /// <summary>The newest state; incomplete until <see cref="WhenSynced"/>.</summary>
    public ClusterState State => _state;

    /// <summary>Completes when every watch has listed once.</summary>
    public Task WhenSynced => _synced.Task;

    /// <summary>A reader of its own for one consumer: what it has not read is joined into one change.</summary>
    public ChannelReader<ClusterChange> Subscribe()
    {
        var subscription = new ClusterSubscription();
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            if (_unlisted.Count == 0) subscription.Offer(_state, Everything(_state));
        }

        return subscription;
    }

    /// <summary>Watches until it is cancelled; then the readers complete.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_reflectors.Select(r => r.Reflector.RunAsync(cancellationToken)));
        }
        finally
        {
            lock (_lock)
            {
                foreach (var subscription in _subscriptions) subscription.Complete(null);
            }
        }
    }

    private static IEnumerable<WatchedKind> Kinds(ClusterWatchOptions options) =>
    [
        Table(ClusterPart.Pods, "/api/v1/pods", PodState.Read, s => s.Pods, (s, t) => s with { Pods = t }),
        Table(ClusterPart.Services, "/api/v1/services", ServiceState.Read, s => s.Services, (s, t) => s with { Services = t }),
        Table(
            ClusterPart.EndpointSlices,
            "/apis/discovery.k8s.io/v1/endpointslices",
            EndpointSliceState.Read,
            s => s.EndpointSlices,
            (s, t) => s with { EndpointSlices = t }),
        Table(
            ClusterPart.Endpoints,
            "/apis/cilium.io/v2/ciliumendpoints",
            EndpointState.Read,
            s => s.Endpoints,
            (s, t) => s with { Endpoints = t }),
        Flat(ClusterPart.Namespaces, "/api/v1/namespaces", NamespaceState.Read, s => s.Namespaces, (s, t) => s with { Namespaces = t }),
        Flat(ClusterPart.Nodes, "/api/v1/nodes", NodeState.Read, s => s.Nodes, (s, t) => s with { Nodes = t }),
        Flat(ClusterPart.CidrGroups, options.CidrGroupPath, CidrGroupState.Read, s => s.CidrGroups, (s, t) => s with { CidrGroups = t }),
        new WatchedIdentities(),
        new WatchedPolicies("NetworkPolicy", "/apis/networking.k8s.io/v1/networkpolicies", options.Judge),
        new WatchedPolicies("CiliumNetworkPolicy", "/apis/cilium.io/v2/ciliumnetworkpolicies", options.Judge),
        new WatchedPolicies("CiliumClusterwideNetworkPolicy", "/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies", options.Judge),
    ];

    private static WatchedTable<ObjectName, T> Table<T>(
        ClusterPart part,
        string path,
        Func<JsonObject, T?> read,
        Func<ClusterState, ImmutableDictionary<ObjectName, T>> get,
        Func<ClusterState, ImmutableDictionary<ObjectName, T>, ClusterState> set)
        where T : class => new(part, path, read, name => name, name => name, get, set);

    private static WatchedTable<string, T> Flat<T>(
        ClusterPart part,
        string path,
        Func<JsonObject, T?> read,
        Func<ClusterState, ImmutableDictionary<string, T>> get,
        Func<ClusterState, ImmutableDictionary<string, T>, ClusterState> set)
        where T : class => new(part, path, read, name => name.Name, name => new ObjectName("", name), get, set);

    private IEnumerable<(ClusterPart, ObjectName)> Everything(ClusterState state) =>
        _reflectors.SelectMany(r => r.Kind.Known(state).Select(n => (r.Kind.Part, n)));

    private void Apply(WatchedKind kind, Func<ClusterState, ClusterState> change, ObjectName name)
    {
        lock (_lock)
        {
            var next = change(_state);
            if (!ReferenceEquals(next, _state)) Publish(next, [(kind.Part, name)]);
        }
    }

    private void Replace(WatchedKind kind, IReadOnlyList<JsonObject> items)
    {
        lock (_lock)
        {
            var names = kind.Known(_state).ToHashSet();
            var next = _state;
            foreach (var gone in names.Except(items.Select(i => i.ObjectName())).ToList()) next = kind.Remove(next, gone);
            foreach (var item in items)
            {
                next = kind.Change(next, item);
                names.Add(item.ObjectName());
            }

            // The first change names everything at once: a reader that got a part of it first would take the rest for known.
            var completes = _unlisted.Remove(kind) && _unlisted.Count == 0;
            Publish(next, completes ? Everything(next) : names.Select(n => (kind.Part, n)));
            if (completes) _synced.TrySetResult();
        }
    }

    private void Publish(ClusterState next, IEnumerable<(ClusterPart, ObjectName)> names)
    {
        _state = next with { Version = _state.Version + 1 };
        if (_unlisted.Count > 0) return;
        foreach (var subscription in _subscriptions) subscription.Offer(_state, names);
    }
}
