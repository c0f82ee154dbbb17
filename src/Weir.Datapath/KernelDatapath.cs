using Microsoft.Extensions.Logging;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Maps;
using Weir.Datapath.Programs;
using Weir.Linux;
using Weir.Linux.Netlink;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath;

/// <summary>The datapath in the kernel: bpf/, loaded, attached and filled.</summary>
/// <remarks>
/// Works on the interfaces of the network namespace of the calling thread. Everything is pinned: <see cref="Dispose()"/>
/// leaves the kernel enforcing, and <see cref="Open"/> takes over what it finds.
/// </remarks>
public sealed partial class KernelDatapath : IDatapath
{
    private const string UplinkIn = "uplink_in", UplinkOut = "uplink_out";

    private readonly KernelDatapathOptions _options;
    private readonly ILogger _log;
    private readonly PinFolder _pins;
    private readonly ProgramObject _loaded;
    private readonly Attachment _attachment;
    private readonly EndpointMaps _endpoints;
    private readonly PolicyMaps _policyMaps;
    private readonly PolicyTables _policy;
    private readonly RuleRegistry _rules;
    private readonly NodeState _node;
    private readonly ServiceTables _services;
    private readonly CounterReader _counters;
    private readonly EventRing _ring;
    private readonly BpfMap<RuleKeyAbi, RulePartAbi> _ruleTexts;
    private readonly Dictionary<uint, (uint Ifindex, EndpointSpec Spec)> _attached = [];

    private bool _disposed;

    private KernelDatapath(KernelDatapathOptions options, TimeProvider time, ILogger log)
    {
        (_options, _log) = (options, log);
        _pins = PinFolder.Open(options.BpffsPath, options.NodeName);
        _loaded = ProgramObject.Load(options, _pins);
        _attachment = new Attachment(_pins);
        _node = new NodeState(_loaded, options.SummaryInterval);
        _endpoints = new EndpointMaps(_loaded);
        _policyMaps = new PolicyMaps(_loaded);
        _ruleTexts = _loaded.Map<RuleKeyAbi, RulePartAbi>("weir_rules");
        _rules = new RuleRegistry(_ruleTexts, _node.NextRule);
        _policy = new PolicyTables(_policyMaps, _rules, _node.NextTable, time);
        _services = new ServiceTables(_loaded, _node.NextGeneration, time);
        _counters = new CounterReader(_loaded, _node.Cpus);
        var (ring, bytes) = _loaded.MapHandle("weir_events");
        _ring = new EventRing(ring, bytes);
    }

    /// <summary>Loads the programs, takes over what an earlier run pinned, and attaches to the uplink.</summary>
    /// <exception cref="DatapathException">The kernel refused; what was in force before stays in force.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves; the message names every problem.</exception>
    public static KernelDatapath Open(KernelDatapathOptions options, TimeProvider time, ILogger log)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));

        var datapath = new KernelDatapath(options, time, log);
        try
        {
            datapath.Start();
            return datapath;
        }
        catch
        {
            datapath.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<EndpointSpec> Endpoints => [.. _attached.Values.Select(endpoint => endpoint.Spec)];

    /// <inheritdoc/>
    public ulong LostEvents => _node.LostEvents;

    /// <summary>What the verifier says of each program.</summary>
    public IReadOnlyList<ProgramReport> Programs =>
    [
        .. _loaded.VerifierLogs.Select(log =>
        {
            var (instructions, stack) = VerifierLog.Statistics(log.Value);
            return new ProgramReport(log.Key, instructions, stack);
        }),
    ];

    /// <summary>For tests.</summary>
    internal KernelDatapathProbe Probe => new(_loaded, _node);

    /// <inheritdoc/>
    public void Attach(EndpointSpec endpoint)
    {
        if (endpoint.Id is 0 or > 65535) throw new ArgumentOutOfRangeException(nameof(endpoint), endpoint.Id, "An endpoint's id is 1 to 65535.");
        if (System.Text.Encoding.UTF8.GetByteCount(endpoint.InterfaceName) > 15)
            throw new ArgumentException($"'{endpoint.InterfaceName}' is no interface name: at most 15 bytes.", nameof(endpoint));

        var ifindex = LibC.IfNameToIndex(endpoint.InterfaceName);
        if (ifindex == 0)
            throw new DatapathException($"There is no interface '{endpoint.InterfaceName}' in this network namespace, for endpoint {endpoint.Id}.", ErrnoName.NoDevice);

        if (!_policy.Has(endpoint.Id)) _policy.Set(endpoint.Id, EndpointPolicy.Init);
        if (_attached.TryGetValue(endpoint.Id, out var before))
        {
            if (before.Ifindex != ifindex) _endpoints.RemoveInterface(before.Ifindex);
            if (EndpointMaps.Addresses(before.Spec).Except(EndpointMaps.Addresses(endpoint)).Any()) _endpoints.RemoveAddresses(before.Spec);
        }

        _endpoints.Write(ifindex, endpoint);
        _attached[endpoint.Id] = (ifindex, endpoint);
        PutPrograms(endpoint.Id, ifindex);
        AcceptLocal(endpoint.InterfaceName);
    }

    /// <inheritdoc/>
    public void Detach(uint endpointId)
    {
        if (!_attached.Remove(endpointId, out var endpoint)) return;

        // Closed first: while its interface lives, nothing passes that is not decided.
        _policy.Remove(endpointId);
        _attachment.Remove($"in_{endpointId}", endpoint.Ifindex, ingress: true);
        _attachment.Remove($"out_{endpointId}", endpoint.Ifindex, ingress: false);
        _endpoints.RemoveInterface(endpoint.Ifindex);
        _endpoints.RemoveAddresses(endpoint.Spec);
        _node.ForgetConnections(endpoint.Spec);
        _counters.Remove(endpointId);
    }

    /// <inheritdoc/>
    public void SetPolicy(uint endpointId, EndpointPolicy policy, Action<uint>? ready = null)
    {
        if (!_attached.ContainsKey(endpointId)) throw new ArgumentException($"Endpoint {endpointId} is not attached.", nameof(endpointId));
        _policy.Set(endpointId, policy, ready);
    }

    /// <inheritdoc/>
    public uint EgressTableOf(uint endpointId) => _policy.EgressOf(endpointId);

    /// <inheritdoc/>
    public uint RuleIdOf(RuleSet rules) => _rules.IdOf(rules);

    /// <inheritdoc/>
    public void AddEntries(uint endpointId, TrafficDirection direction, IReadOnlyDictionary<PolicyKey, PolicyEntry> entries) =>
        _policy.Add(endpointId, direction, entries);

    /// <inheritdoc/>
    public void SetIdentity(IpPrefix prefix, SecurityIdentity identity) => _endpoints.SetIdentity(prefix, identity);

    /// <inheritdoc/>
    public void RemoveIdentity(IpPrefix prefix)
    {
        _endpoints.RemoveIdentity(prefix);
        if (_options.PodCidrs.Contains(prefix)) _endpoints.SetIdentity(prefix, SecurityIdentity.Unmanaged);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<IpPrefix, SecurityIdentity>> Identities => [.. _endpoints.ReadIdentities()];

    /// <inheritdoc/>
    public void SetServices(IReadOnlyCollection<ServiceSpec> services) => _services.Set(services);

    /// <inheritdoc/>
    public IReadOnlyList<EndpointCounter> ReadCounters() => _counters.Read();

    /// <inheritdoc/>
    public IReadOnlyList<TableFill> ReadTables() => _loaded.ReadTables();

    /// <inheritdoc/>
    public void SetProxyPorts(ushort tcpPort, ushort udpPort) => _node.SetProxyPorts(tcpPort, udpPort);

    /// <inheritdoc/>
    public RuleSet ResolveRule(uint ruleId) => _rules.Resolve(ruleId);

    /// <inheritdoc/>
    public int ReadEvents(IEventSink sink, TimeSpan wait) => _ring.Read(sink, wait);

    /// <summary>Lets go of the kernel's objects, which stay pinned and in force.</summary>
    public void Dispose() => Dispose(removeAll: false);

    /// <summary>Lets go of the kernel's objects, and with <paramref name="removeAll"/> takes everything out of the kernel.</summary>
    public void Dispose(bool removeAll)
    {
        if (_disposed) return;
        _disposed = true;
        if (removeAll)
        {
            foreach (var (id, (ifindex, _)) in _attached)
            {
                _attachment.Remove($"in_{id}", ifindex, ingress: true);
                _attachment.Remove($"out_{id}", ifindex, ingress: false);
            }

            var uplink = string.IsNullOrEmpty(_options.Uplink) ? 0 : LibC.IfNameToIndex(_options.Uplink);
            _attachment.Remove(UplinkIn, uplink, ingress: true);
            _attachment.Remove(UplinkOut, uplink, ingress: false);
            if (_options.RouteRedirects) Route(add: false);
            _pins.Remove();
        }

        _ring.Dispose();
        _counters.Dispose();
        _services.Dispose();
        _ruleTexts.Dispose();
        _policyMaps.Dispose();
        _endpoints.Dispose();
        _node.Dispose();
        _loaded.Dispose();
    }

    private void Start()
    {
        foreach (var prefix in _options.PodCidrs) _endpoints.SetIdentity(prefix, SecurityIdentity.Unmanaged);
        foreach (var address in _options.NodeAddresses) _endpoints.SetIdentity(IpPrefix.Of(address), SecurityIdentity.Host);

        foreach (var (ifindex, endpoint) in _endpoints.Read().ToList()) Adopt(ifindex, endpoint);
        _policy.FreeUnused();

        if (_options.RouteRedirects) Route(add: true);
        if (string.IsNullOrEmpty(_options.Uplink)) return;
        var uplink = LibC.IfNameToIndex(_options.Uplink);
        if (uplink == 0) throw new DatapathException($"There is no interface '{_options.Uplink}' (--uplink) in this network namespace.", ErrnoName.NoDevice);
        _attachment.Put(UplinkIn, _loaded.Programs["from_uplink"], uplink, ingress: true);
        _attachment.Put(UplinkOut, _loaded.Programs["to_uplink"], uplink, ingress: false);
    }

    /// <summary>Adds or removes what delivers packets with the mark of a redirect (MARK_PROXY of bpf/abi.h) to this node itself.</summary>
    private static void Route(bool add)
    {
        const uint MarkProxy = 0x200, MarkMask = 0xf00, Table = 2004;
        try
        {
            using var routing = MarkRouting.Open();
            if (add) routing.Add(MarkProxy, MarkMask, Table);
            else routing.Remove(MarkProxy, MarkMask, Table);
        }
        catch (LinuxException refused)
        {
            throw new DatapathException($"{refused.Message} Redirected packets could not reach the proxies. It needs CAP_NET_ADMIN.", refused.Errno);
        }
    }

    private void Adopt(uint ifindex, EndpointSpec endpoint)
    {
        if (LibC.IfNameToIndex(endpoint.InterfaceName) != ifindex)
        {
            Log.EndpointGone(_log, endpoint.Id, endpoint.InterfaceName);
            _endpoints.RemoveInterface(ifindex);
            _endpoints.RemoveAddresses(endpoint);
            _policy.Remove(endpoint.Id);
            return;
        }

        _policy.Adopt(endpoint.Id);
        _attached[endpoint.Id] = (ifindex, endpoint);
        PutPrograms(endpoint.Id, ifindex);
        Log.EndpointAdopted(_log, endpoint.Id, endpoint.InterfaceName);
    }

    /// <summary>Lets the node's own packets, which a redirect sends back through the pod's interface, come in there.</summary>
    private void AcceptLocal(string interfaceName)
    {
        try
        {
            File.WriteAllText($"/proc/sys/net/ipv4/conf/{interfaceName}/accept_local", "1");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Log.NoAcceptLocal(_log, interfaceName, refused.Message);
        }
    }

    private void PutPrograms(uint endpointId, uint ifindex)
    {
        // What it sends first: a pod that cannot open a connection unjudged gets no answer unjudged either.
        _attachment.Put($"in_{endpointId}", _loaded.Programs["from_pod"], ifindex, ingress: true);
        _attachment.Put($"out_{endpointId}", _loaded.Programs["to_pod"], ifindex, ingress: false);
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Information, "Took over endpoint {EndpointId} on {InterfaceName}")]
        public static partial void EndpointAdopted(ILogger logger, uint endpointId, string interfaceName);

        [LoggerMessage(4002, LogLevel.Information, "Dropped endpoint {EndpointId}: its interface {InterfaceName} is gone")]
        public static partial void EndpointGone(ILogger logger, uint endpointId, string interfaceName);

        [LoggerMessage(4003, LogLevel.Warning, "The node itself cannot reach {InterfaceName} where a proxy must see it: {Reason}")]
        public static partial void NoAcceptLocal(ILogger logger, string interfaceName, string reason);
    }
}
