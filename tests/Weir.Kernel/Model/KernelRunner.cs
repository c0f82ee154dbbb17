using System.Buffers.Binary;
using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Model;
using Weir.Model;

namespace Weir.Kernel.Model;

/// <summary>Runs frames through the loaded programs by BPF_PROG_TEST_RUN, with a clock that the test sets.</summary>
internal sealed class KernelRunner : IDisposable
{
    private readonly KernelDatapathProbe _probe;
    private readonly BpfMap<TupleAbi, ConnectionAbi> _connections;
    private readonly BpfMap<TupleAbi, TranslationAbi> _translations;
    private readonly BpfMap<AffinityKeyAbi, TranslationAbi> _affinity;

    public KernelRunner(KernelDatapath datapath)
    {
        _probe = datapath.Probe;
        _connections = _probe.Map<TupleAbi, ConnectionAbi>("weir_connections");
        _translations = _probe.Map<TupleAbi, TranslationAbi>("weir_translations");
        _affinity = _probe.Map<AffinityKeyAbi, TranslationAbi>("weir_affinity");
    }

    /// <summary>Sets the clock; redirects are decided but not delivered, since a test run has no sockets to give to.</summary>
    public void SetTime(ulong nowNs) => _probe.Configure(nowNs, dryDelivery: true);

    /// <summary>Runs one program; must be called inside the node's network namespace.</summary>
    public TestRunResult Run(ModelHook hook, uint ifindex, ReadOnlySpan<byte> frame, uint mark) => _probe.Run(NameOf(hook), frame, ifindex, mark);

    /// <summary>The connection of a key in words; null where there is none.</summary>
    public string? Connection(ConnectionTuple key) => _connections.TryGet(Abi(key), out var found) ? ConnectionText.Of(found) : null;

    /// <summary>All connections, each in words.</summary>
    public SortedSet<string> Connections() =>
        new(_connections.Keys().Select(key => _connections.TryGet(key, out var found) ? $"{Tuple(key)}: {ConnectionText.Of(found)}" : ""), StringComparer.Ordinal);

    /// <summary>All kept choices of backends.</summary>
    public SortedSet<string> Translations() => new(
        _translations.Keys().Select(key => _translations.TryGet(key, out var kept) ? $"{Tuple(key)}: {Kept(kept)}" : ""), StringComparer.Ordinal);

    /// <summary>All affinities.</summary>
    public SortedSet<string> Affinities() => new(
        _affinity.Keys().Select(key => _affinity.TryGet(key, out var kept)
            ? $"{new AffinityKey(new ServiceKey(key.Service.Address.ToAddress(), Host(key.Service.Port), key.Service.Protocol), key.Client.ToAddress())}: {Kept(kept)}"
            : ""),
        StringComparer.Ordinal);

    public void Dispose()
    {
        _connections.Dispose();
        _translations.Dispose();
        _affinity.Dispose();
    }

    private static string NameOf(ModelHook hook) => hook switch
    {
        ModelHook.FromPod => "from_pod",
        ModelHook.ToPod => "to_pod",
        ModelHook.FromUplink => "from_uplink",
        _ => "to_uplink",
    };

    internal static string Kept(IpAddress address, ushort port, ulong seenNs) => $"{address} {port} seen {seenNs}";

    private static string Kept(TranslationAbi kept) => Kept(kept.Address.ToAddress(), Host(kept.Port), kept.SeenNs);

    private static TupleAbi Abi(ConnectionTuple tuple) => new()
    {
        Src = AddressAbi.From(tuple.Source),
        Dst = AddressAbi.From(tuple.Destination),
        SrcPort = Host(tuple.SourcePort),
        DstPort = Host(tuple.DestinationPort),
        Protocol = tuple.Protocol,
    };

    private static ConnectionTuple Tuple(TupleAbi key) =>
        new(key.Src.ToAddress(), key.Dst.ToAddress(), Host(key.SrcPort), Host(key.DstPort), key.Protocol);

    private static ushort Host(ushort port) => BinaryPrimitives.ReverseEndianness(port);
}
