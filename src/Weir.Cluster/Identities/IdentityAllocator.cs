using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Model;

namespace Weir.Cluster.Identities;

/// <summary>Gives each set of security labels a number, the same on every node, as a <c>CiliumIdentity</c> object.</summary>
/// <remarks>Every agent runs one; only the one that holds the lease writes.</remarks>
public sealed partial class IdentityAllocator
{
    private const string Collection = "/apis/cilium.io/v2/ciliumidentities";

    private static readonly TimeSpan _sweepEvery = TimeSpan.FromSeconds(30);

    private readonly KubernetesConnection _connection;
    private readonly ClusterWatch _watch;
    private readonly ChannelReader<ClusterChange> _changes;
    private readonly LeaderLease _lease;
    private readonly IdentityAllocatorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // What we have created and the watch has not shown us yet.
    private readonly Dictionary<LabelSet, uint> _created = [];
    private readonly Dictionary<uint, long> _unusedSince = [];
    private uint _last;

    /// <summary>Prepares the allocator; make it before the watch runs.</summary>
    /// <param name="connection">The API server.</param>
    /// <param name="watch">The watch that shows which labels are in use.</param>
    /// <param name="holder">Our name for the lease, such as the node's.</param>
    /// <param name="options">Range and patience.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where allocations are told.</param>
    public IdentityAllocator(
        KubernetesConnection connection,
        ClusterWatch watch,
        string holder,
        IdentityAllocatorOptions? options = null,
        TimeProvider? time = null,
        ILogger<IdentityAllocator>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(watch);
        _connection = connection;
        _watch = watch;
        _changes = watch.Subscribe();
        _options = options ?? new IdentityAllocatorOptions();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<IdentityAllocator>.Instance;
        _lease = new LeaderLease(connection, "weir-identity-allocator", holder, _time, _logger);
    }

    /// <summary>Runs until it is cancelled: waits for the lease, then allocates.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _watch.WhenSynced.WaitAsync(cancellationToken);
        await _lease.RunAsync(LeadAsync, cancellationToken);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        _created.Clear();
        _unusedSince.Clear();
        using var timer = new PeriodicTimer(_sweepEvery, _time);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var ready = _changes.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            while (_changes.TryRead(out _))
            {
                // Only the newest state matters, and the watch has it.
            }

            await TryAsync(AllocateAsync, cancellationToken);
            if (await Task.WhenAny(ready, tick) == tick)
            {
                await tick;
                await TryAsync(SweepAsync, cancellationToken);
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                continue;
            }

            if (!await ready) return;
            ready = _changes.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
        }
        catch (Exception fault) when (fault is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            // The next change, or the next tick, tries again; until then the pods concerned stay in default deny.
            Log.Failed(_logger, fault.Message);
        }
    }

    private async Task AllocateAsync(CancellationToken cancellationToken)
    {
        var state = _watch.State;
        foreach (var seen in _created.Keys.Where(state.IdentityOf.ContainsKey).ToList()) _created.Remove(seen);
        foreach (var labels in Needed(state))
        {
            if (!state.IdentityOf.ContainsKey(labels) && !_created.ContainsKey(labels)) await CreateAsync(state, labels, cancellationToken);
        }
    }

    private static HashSet<LabelSet> Needed(ClusterState state)
    {
        var needed = new HashSet<LabelSet>();
        foreach (var pod in state.Pods.Values)
        {
            if (!pod.HostNetwork && !pod.IsDone && state.SecurityLabels(pod) is { } labels) needed.Add(labels);
        }

        return needed;
    }

    private async Task CreateAsync(ClusterState state, LabelSet labels, CancellationToken cancellationToken)
    {
        var range = _options.Last - _options.First + 1;
        for (var tried = 0u; tried < range; tried++)
        {
            // Upwards and round, so that a number that was just given up is the last one to come back.
            _last = _last < _options.First ? Highest(state) + 1 : _last + 1;
            if (_last > _options.Last) _last = _options.First;
            if (state.Identities.ContainsKey(new SecurityIdentity(_last)) || _created.ContainsValue(_last)) continue;
            try
            {
                await _connection.SendAsync(HttpMethod.Post, Collection, Document(_last, labels), cancellationToken);
                _created[labels] = _last;
                Log.Created(_logger, _last, labels);
                return;
            }
            catch (ApiRefusedException taken) when (taken.IsConflict)
            {
                // A number that we have not seen yet: the next one.
            }
        }

        Log.Exhausted(_logger, _options.First, _options.Last, labels);
    }

    private uint Highest(ClusterState state) =>
        state.Identities.Keys.Select(i => i.Value).Where(v => v <= _options.Last).Append(_options.First - 1).Max();

    private static JsonObject Document(uint number, LabelSet labels)
    {
        var security = new JsonObject();
        var plain = new JsonObject();
        foreach (var label in labels.Labels)
        {
            security[$"{label.Source}:{label.Key}"] = label.Value;

            // As Cilium does, so that identities can be listed by namespace. Keys with prefixes of their own are no valid names.
            if (label.Key is SecurityLabels.NamespaceKey) plain[label.Key] = label.Value;
        }

        return new JsonObject
        {
            ["apiVersion"] = "cilium.io/v2",
            ["kind"] = "CiliumIdentity",
            ["metadata"] = new JsonObject
            {
                ["name"] = number.ToString(CultureInfo.InvariantCulture),
                ["labels"] = plain,
            },
            ["security-labels"] = security,
        };
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var state = _watch.State;
        var needed = Needed(state);
        var announced = state.Endpoints.Values.Select(e => e.Identity).ToHashSet();
        foreach (var (identity, labels) in state.Identities)
        {
            var used = announced.Contains(identity) || (needed.Contains(labels) && state.IdentityOf[labels] == identity);
            if (used)
            {
                _unusedSince.Remove(identity.Value);
                continue;
            }

            if (!_unusedSince.TryAdd(identity.Value, _time.GetTimestamp())
                && _time.GetElapsedTime(_unusedSince[identity.Value]) >= _options.Linger)
                await DeleteAsync(identity, cancellationToken);
        }
    }

    private async Task DeleteAsync(SecurityIdentity identity, CancellationToken cancellationToken)
    {
        var number = identity.Value.ToString(CultureInfo.InvariantCulture);
        try
        {
            await _connection.SendAsync(HttpMethod.Delete, $"{Collection}/{number}", null, cancellationToken);
            Log.Deleted(_logger, identity.Value);
        }
        catch (ApiRefusedException gone) when (gone.IsNotFound)
        {
            // Someone deleted it by hand.
        }

        _unusedSince.Remove(identity.Value);
    }

    private static partial class Log
    {
        [LoggerMessage(3020, LogLevel.Information, "Identity {Number} now stands for {Labels}.")]
        public static partial void Created(ILogger logger, uint number, LabelSet labels);

        [LoggerMessage(3021, LogLevel.Information, "Identity {Number} is used by nobody any more and is gone.")]
        public static partial void Deleted(ILogger logger, uint number);

        [LoggerMessage(3022, LogLevel.Error, "All identities from {First} to {Last} are in use: pods with {Labels} stay in default deny. Use fewer distinct labels.")]
        public static partial void Exhausted(ILogger logger, uint first, uint last, LabelSet labels);

        [LoggerMessage(3023, LogLevel.Warning, "Identities could not be written; the pods concerned stay in default deny until the next try. {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
