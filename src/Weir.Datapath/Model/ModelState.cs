using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>Everything that a node's datapath holds: the maps of bpf/maps.h.</summary>
internal sealed class ModelState(ModelDatapathOptions options)
{
    public ulong SummaryNs { get; } = (ulong)options.SummaryInterval.Ticks * 100;

    public ushort ProxyTcpPort { get; set; }

    public ushort ProxyUdpPort { get; set; }

    public IdentityCache Identities { get; } = new();

    /// <summary>Endpoint id → the pod; stands for <c>weir_interfaces</c>.</summary>
    public Dictionary<uint, EndpointSpec> Endpoints { get; } = [];

    /// <summary>Address of a pod of this node → the pod.</summary>
    public Dictionary<IpAddress, EndpointSpec> Addresses { get; } = [];

    public ModelTables Tables { get; } = new();

    /// <summary>The endpoint and an address → the set of names that the endpoint knows it by.</summary>
    public Dictionary<(uint Endpoint, IpAddress Address), uint> Names { get; } = [];

    /// <summary>What tables say about sets of names.</summary>
    public Dictionary<NameDecisionKey, NameDecision> NamePolicy { get; } = [];

    public BoundedTable<ConnectionTuple, Connection> Connections { get; } = new(options.Connections);

    public BoundedTable<FragmentKey, FragmentPorts> Fragments { get; } = new(options.Fragments);

    public Dictionary<ServiceKey, ModelService> Services { get; } = [];

    public BoundedTable<ConnectionTuple, Translation> Translations { get; } = new(options.Translations);

    public BoundedTable<AffinityKey, Translation> Affinity { get; } = new(options.Translations);

    public BoundedTable<DropKey, DropState> Drops { get; } = new(options.Drops);

    public Dictionary<CounterKey, Counter> Counters { get; } = [];

    public EventQueue Events { get; } = new(options.Events);

    public uint IdentityOf(IpAddress address) => Identities.Of(address);

    /// <summary>How full those tables are that have a bound.</summary>
    public IReadOnlyList<TableFill> Fills() =>
    [
        new("weir_connections", Connections.Count, options.Connections), new("weir_fragments", Fragments.Count, options.Fragments),
        new("weir_translations", Translations.Count, options.Translations), new("weir_affinity", Affinity.Count, options.Translations),
        new("weir_drops", Drops.Count, options.Drops),
    ];
}

/// <summary><c>struct drop_key</c> of bpf/abi.h.</summary>
internal readonly record struct DropKey(ConnectionTuple Tuple, DropReason Reason);

/// <summary><c>struct drop_state</c> of bpf/abi.h.</summary>
internal sealed class DropState
{
    public ulong ReportedNs { get; set; }

    public ulong Suppressed { get; set; }
}

/// <summary><c>struct counter_key</c> of bpf/abi.h.</summary>
internal readonly record struct CounterKey(uint Endpoint, TrafficDirection Direction, Verdict Verdict, DropReason Reason);

/// <summary><c>struct counter</c> of bpf/abi.h.</summary>
internal sealed class Counter
{
    public ulong Packets { get; set; }

    public ulong Bytes { get; set; }
}
