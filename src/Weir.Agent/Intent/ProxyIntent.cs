using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Weir.Datapath;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Proxy.Feed;

namespace Weir.Agent.Intent;

/// <summary>Tells the proxy what of the endpoints' policies concerns it, before the datapath needs it.</summary>
/// <remarks>
/// <see cref="Note"/>, <see cref="Forget"/>, <see cref="Flush"/> and <see cref="Synced"/> are called under the lock of <see cref="Enforcement"/>.
/// A proxy that is away or slow holds nothing up for longer than <see cref="_longestWait"/>: what it does not know it denies.
/// </remarks>
internal sealed partial class ProxyIntent(IDatapath datapath, FeedSettings settings, ILogger<ProxyIntent> logger)
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, (FeedEndpoint Endpoint, FeedPolicy? Egress, FeedPolicy? Ingress)> _wanted = [];
    private readonly HashSet<uint> _changed = [], _gone = [];
    private readonly ConditionalWeakTable<DirectionTable, FeedPolicy> _translated = [];
    private FeedClient? _client;
    private bool _isSynced;

    /// <summary>Whether a proxy is connected.</summary>
    public bool IsConnected
    {
        get
        {
            lock (_gate) return _client is not null;
        }
    }

    /// <summary>Notes the policy that an endpoint has or is about to get.</summary>
    public void Note(LocalEndpoint endpoint, EndpointPolicy policy, uint egressTable)
    {
        lock (_gate)
        {
            var told = new FeedEndpoint
            {
                Id = endpoint.Record.EndpointId,
                Namespace = endpoint.Record.Namespace,
                Pod = endpoint.Record.Pod,
                Uid = endpoint.Record.Uid.Length > 0 ? endpoint.Record.Uid : endpoint.Record.ContainerId,
                Addresses = [.. endpoint.Addresses.Select(a => a.ToString())],
                Identity = endpoint.Identity.Value,
                Labels = [.. (endpoint.Subject?.Labels ?? LabelSet.Empty).Labels.Select(l => l.ToString())],
                EgressTable = egressTable,
            };
            _wanted[told.Id] = (told, Translate(policy.Egress), Translate(policy.Ingress));
            _changed.Add(told.Id);
            _gone.Remove(told.Id);
        }
    }

    /// <summary>Whether an endpoint's policy speaks of names, so that the proxy learns names for it.</summary>
    public bool SpeaksOfNames(uint endpoint)
    {
        lock (_gate) return _wanted.TryGetValue(endpoint, out var wanted) && wanted.Egress is { Names.Count: > 0 };
    }

    /// <summary>Notes that an endpoint is gone.</summary>
    public void Forget(uint endpoint)
    {
        lock (_gate)
        {
            _wanted.Remove(endpoint);
            _changed.Remove(endpoint);
            _gone.Add(endpoint);
        }
    }

    /// <summary>Tells what was noted and waits until it is in force.</summary>
    public void Flush()
    {
        Task<string?> telling;
        lock (_gate)
        {
            if (_client is not { } client || (_changed.Count == 0 && _gone.Count == 0)) return;
            telling = Tell(client, isWhole: false);
        }

        Await(telling);
    }

    /// <summary>All endpoints are noted: from here on the proxy may forget the others.</summary>
    public void Synced()
    {
        Task<string?>? telling = null;
        lock (_gate)
        {
            if (_isSynced) return;
            _isSynced = true;
            if (_client is { } client) telling = Tell(client, isWhole: true);
        }

        if (telling is not null) Await(telling);
    }

    /// <summary>A proxy is there: tells it everything that is known.</summary>
    public async Task ConnectAsync(FeedClient client, CancellationToken cancellation)
    {
        Task<string?> telling;
        lock (_gate)
        {
            _client = client;

            // Before the cluster is known, endpoints that were not noted yet keep the policy that the proxy has on disk.
            telling = Tell(client, _isSynced);
        }

        if (await telling.WaitAsync(cancellation) is { } problem) Log.NotInForce(logger, problem);
    }

    /// <summary>The proxy is gone.</summary>
    public void Disconnect(FeedClient client)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_client, client)) _client = null;
        }
    }

    private Task<string?> Tell(FeedClient client, bool isWhole)
    {
        var ids = isWhole ? _wanted.Keys.ToList() : [.. _changed];
        var policies = new List<FeedPolicy>();
        var places = new Dictionary<FeedPolicy, int>(ReferenceEqualityComparer.Instance);
        var endpoints = new List<FeedEndpoint>();
        foreach (var id in ids)
        {
            var (endpoint, egress, ingress) = _wanted[id];
            endpoints.Add(endpoint with { Egress = Place(egress), Ingress = Place(ingress) });
        }

        var update = new FeedUpdate
        {
            Sequence = 0,
            IsWhole = isWhole,
            Settings = settings,
            Policies = policies,
            Endpoints = endpoints,
            Gone = isWhole ? [] : [.. _gone],
            Rules = [.. policies.SelectMany(p => p.Entries.Concat(p.Names.SelectMany(n => n.Entries))).Select(e => e.Rule).Distinct()
                .Select(id => new FeedRule(id, datapath.ResolveRule(id)))],
        };
        _changed.Clear();
        _gone.Clear();
        return client.TellAsync(update, CancellationToken.None);

        int Place(FeedPolicy? policy)
        {
            if (policy is null) return -1;
            if (places.TryGetValue(policy, out var place)) return place;
            policies.Add(policy);
            return places[policy] = policies.Count - 1;
        }
    }

    private void Await(Task<string?> telling)
    {
        try
        {
            if (telling.WaitAsync(_longestWait).GetAwaiter().GetResult() is { } problem) Log.NotInForce(logger, problem);
        }
        catch (Exception e) when (e is IOException or TimeoutException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The next connection starts with everything.
            Log.NotTold(logger, e.Message);
        }
    }

    private FeedPolicy? Translate(DirectionTable table)
    {
        if (_translated.TryGetValue(table, out var known)) return known;
        if (FeedPolicy.Of(table, datapath.RuleIdOf) is not { } policy) return null;
        _translated.Add(table, policy);
        return policy;
    }

    private static partial class Log
    {
        [LoggerMessage(9040, LogLevel.Warning, "The proxy could not take a policy; what it does not know it denies. {Reason}")]
        public static partial void NotInForce(ILogger logger, string reason);

        [LoggerMessage(9041, LogLevel.Warning, "The proxy did not answer; it is told again when it is back. {Reason}")]
        public static partial void NotTold(ILogger logger, string reason);
    }
}
