using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Model;

/// <summary>The datapath in managed memory: what the lab runs on where a machine allows no eBPF, and what tests compare the kernel with.</summary>
/// <remarks>Any thread may call anything; one lock orders them, as the kernel's own writes are ordered.</remarks>
public sealed class ModelDatapath : IDatapath
{
    private readonly Lock _lock = new();
    private readonly ModelState _state;
    private readonly ModelNode _node;
    private readonly IReadOnlyList<IpPrefix> _podCidrs;
    private readonly SemaphoreSlim _reported = new(0, 1);

    /// <summary>Makes an empty datapath: what is not attached has no way through.</summary>
    public ModelDatapath(ModelDatapathOptions options)
    {
        _state = new ModelState(options);
        _node = new ModelNode(_state);
        _podCidrs = options.PodCidrs;
        foreach (var prefix in options.PodCidrs) SetIdentity(prefix, SecurityIdentity.Unmanaged);
        foreach (var address in options.NodeAddresses) SetIdentity(IpPrefix.Of(address), SecurityIdentity.Host);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<EndpointSpec> Endpoints
    {
        get
        {
            lock (_lock) return [.. _state.Endpoints.Values];
        }
    }

    /// <summary>The tables of names, for the proxy alone to write.</summary>
    public INameTable Names => field ??= new ModelNameTable(_state, _lock);

    /// <inheritdoc/>
    public ulong LostEvents
    {
        get
        {
            lock (_lock) return _state.Events.Lost;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EndpointCounter> ReadCounters()
    {
        lock (_lock)
        {
            return [.. _state.Counters.Where(c => c.Key.Endpoint != 0)
                .Select(c => new EndpointCounter(c.Key.Endpoint, c.Key.Direction, c.Key.Verdict, c.Key.Reason, c.Value.Packets, c.Value.Bytes))];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TableFill> ReadTables()
    {
        lock (_lock) return _state.Fills();
    }

    internal ModelState State => _state;

    /// <summary>What the last packet was taken for; tests compare it with the kernel's maps.</summary>
    internal ModelPacket LastPacket => _node.LastPacket;

    /// <summary>Sends a packet through one hook's program.</summary>
    /// <param name="hook">Where it is.</param>
    /// <param name="endpointId">The pod whose interface this is; 0 at the uplink.</param>
    /// <param name="frame">The whole Ethernet frame, at least 14 bytes; translation changes addresses, ports and checksums in it.</param>
    /// <param name="mark">The mark that it carries: 0, or what the hook before returned on the same node.</param>
    /// <param name="nowNs">The time, nanoseconds on any clock that only grows.</param>
    public ModelVerdict Process(ModelHook hook, uint endpointId, Span<byte> frame, uint mark, ulong nowNs)
    {
        lock (_lock)
        {
            var before = _state.Events.Count;
            var verdict = _node.Process(hook, endpointId, frame, mark, nowNs);
            if (_state.Events.Count != before && _reported.CurrentCount == 0) _reported.Release();
            return verdict;
        }
    }

    /// <inheritdoc/>
    public void Attach(EndpointSpec endpoint)
    {
        lock (_lock)
        {
            if (!_state.Tables.Has(endpoint.Id)) _state.Tables.Set(endpoint.Id, EndpointPolicy.Init);
            ForgetAddresses(endpoint.Id);
            _state.Endpoints[endpoint.Id] = endpoint;
            foreach (var address in AddressesOf(endpoint)) _state.Addresses[address] = endpoint;
        }
    }

    /// <inheritdoc/>
    public void Detach(uint endpointId)
    {
        lock (_lock)
        {
            if (!_state.Endpoints.TryGetValue(endpointId, out var endpoint)) return;
            _state.Tables.Remove(endpointId);
            ForgetAddresses(endpointId);
            _state.Endpoints.Remove(endpointId);

            // Who gets its addresses next inherits no connection.
            var addresses = AddressesOf(endpoint).ToList();
            _state.Connections.RemoveWhere((key, _) => addresses.Contains(key.Source) || addresses.Contains(key.Destination));
            foreach (var key in _state.Counters.Keys.Where(key => key.Endpoint == endpointId)) _state.Counters.Remove(key);
        }
    }

    /// <inheritdoc/>
    public void SetPolicy(uint endpointId, EndpointPolicy policy, Action<uint>? ready = null)
    {
        (uint Egress, uint Ingress) prepared;
        lock (_lock)
        {
            if (!_state.Endpoints.ContainsKey(endpointId)) throw new ArgumentException($"Endpoint {endpointId} is not attached.", nameof(endpointId));
            prepared = _state.Tables.Prepare(policy);
        }

        // Outside the lock: the proxy that is told writes its own tables before it says that it has them.
        ready?.Invoke(prepared.Egress);
        lock (_lock) _state.Tables.Swap(endpointId, prepared);
    }

    /// <inheritdoc/>
    public uint EgressTableOf(uint endpointId)
    {
        lock (_lock) return _state.Tables.Of(endpointId).Egress;
    }

    /// <inheritdoc/>
    public uint RuleIdOf(RuleSet rules)
    {
        lock (_lock) return _state.Tables.IdOf(rules);
    }

    /// <inheritdoc/>
    public void AddEntries(uint endpointId, TrafficDirection direction, IReadOnlyDictionary<PolicyKey, PolicyEntry> entries)
    {
        lock (_lock) _state.Tables.Add(endpointId, direction, entries);
    }

    /// <inheritdoc/>
    public void SetIdentity(IpPrefix prefix, SecurityIdentity identity)
    {
        lock (_lock) _state.Identities.Set(prefix, identity.Value);
    }

    /// <inheritdoc/>
    public void RemoveIdentity(IpPrefix prefix)
    {
        lock (_lock)
        {
            _state.Identities.Remove(prefix);
            if (_podCidrs.Contains(prefix)) _state.Identities.Set(prefix, SecurityIdentity.Unmanaged.Value);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<IpPrefix, SecurityIdentity>> Identities
    {
        get
        {
            lock (_lock) return [.. _state.Identities.All()];
        }
    }

    /// <inheritdoc/>
    public void SetServices(IReadOnlyCollection<ServiceSpec> services)
    {
        lock (_lock)
        {
            _state.Services.Clear();
            foreach (var spec in services)
                _state.Services[new ServiceKey(spec.Frontend, spec.Port, (byte)spec.Protocol)] = new ModelService(spec);

            // Choices of backends that are gone are forgotten. A TCP connection keeps its choice: the backend may be ending in
            // peace, and a new connection chooses anew.
            _state.Affinity.RemoveWhere((key, kept) => !HasBackend(key.Service, kept));
            _state.Translations.RemoveWhere((tuple, kept) => tuple.Protocol != (byte)IpProtocol.Tcp
                && !HasBackend(new ServiceKey(tuple.Destination, tuple.DestinationPort, tuple.Protocol), kept));
        }
    }

    /// <inheritdoc/>
    public void SetProxyPorts(ushort tcpPort, ushort udpPort)
    {
        lock (_lock) (_state.ProxyTcpPort, _state.ProxyUdpPort) = (tcpPort, udpPort);
    }

    /// <inheritdoc/>
    public RuleSet ResolveRule(uint ruleId)
    {
        lock (_lock) return _state.Tables.Resolve(ruleId);
    }

    /// <inheritdoc/>
    public int ReadEvents(IEventSink sink, TimeSpan wait)
    {
        _reported.Wait(wait);
        var count = 0;
        while (true)
        {
            Abi.EventAbi seen;
            lock (_lock)
            {
                if (!_state.Events.TryTake(out seen)) return count;
            }

            sink.OnEvent(seen);
            count++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reported.Dispose();

    private bool HasBackend(ServiceKey key, Translation kept) =>
        _state.Services.TryGetValue(key, out var service)
        && service.Backends.Any(backend => backend.Address == kept.Address && backend.Port == kept.Port);

    private void ForgetAddresses(uint endpointId)
    {
        if (!_state.Endpoints.TryGetValue(endpointId, out var before)) return;
        foreach (var address in AddressesOf(before)) _state.Addresses.Remove(address);
    }

    private static IEnumerable<IpAddress> AddressesOf(EndpointSpec endpoint)
    {
        if (!endpoint.IPv4.IsNone) yield return endpoint.IPv4;
        if (!endpoint.IPv6.IsNone) yield return endpoint.IPv6;
    }
}
