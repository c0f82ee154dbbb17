using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Model;
using Weir.Model;

namespace Weir.Kernel.Model;

/// <summary>Runs frames through the loaded programs by BPF_PROG_TEST_RUN, with a clock that the test sets.</summary>
internal sealed class KernelRunner : IDisposable
{
    private const int ContextLength = 192; // struct __sk_buff
    private const int MarkAt = 8;
    private const int IfindexAt = 40;

    private readonly KernelDatapath _datapath;
    private readonly Dictionary<ModelHook, int> _programs;
    private readonly byte[] _context = new byte[ContextLength];
    private readonly byte[] _after = new byte[4096];
    private readonly BpfMap<TupleAbi, ConnectionAbi> _connections;
    private readonly BpfMap<TupleAbi, TranslationAbi> _translations;
    private readonly BpfMap<AffinityKeyAbi, TranslationAbi> _affinity;

    public KernelRunner(KernelDatapath datapath)
    {
        _datapath = datapath;
        _programs = new Dictionary<ModelHook, int>
        {
            [ModelHook.FromPod] = datapath.Loaded.Programs["from_pod"].Fd,
            [ModelHook.ToPod] = datapath.Loaded.Programs["to_pod"].Fd,
            [ModelHook.FromUplink] = datapath.Loaded.Programs["from_uplink"].Fd,
            [ModelHook.ToUplink] = datapath.Loaded.Programs["to_uplink"].Fd,
        };
        _connections = datapath.Loaded.Map<TupleAbi, ConnectionAbi>("weir_connections");
        _translations = datapath.Loaded.Map<TupleAbi, TranslationAbi>("weir_translations");
        _affinity = datapath.Loaded.Map<AffinityKeyAbi, TranslationAbi>("weir_affinity");
    }

    /// <summary>Sets the clock; redirects are decided but not delivered, since a test run has no sockets to give to.</summary>
    public void SetTime(ulong nowNs) => _datapath.Node.Configure((ref ConfigAbi config) =>
    {
        config.TimeNs = nowNs;
        config.Flags = ConfigAbi.DryDelivery;
    });

    /// <summary>Runs one program; must be called inside the node's network namespace.</summary>
    /// <returns>What the program returned, the mark, and the frame afterwards.</returns>
    public (uint Returned, uint Mark, byte[] Frame) Run(ModelHook hook, uint ifindex, ReadOnlySpan<byte> frame, uint mark)
    {
        _context.AsSpan().Clear();
        MemoryMarshal.Write(_context.AsSpan(MarkAt), mark);
        MemoryMarshal.Write(_context.AsSpan(IfindexAt), ifindex);
        var errno = BpfSystem.TestRun(_programs[hook], frame, _after, _context, out var returned, out var length);
        if (errno != 0) throw new InvalidOperationException($"BPF_PROG_TEST_RUN of {hook}: errno {errno} for {Convert.ToHexString(frame)}");
        return (returned, MemoryMarshal.Read<uint>(_context.AsSpan(MarkAt)), _after[..length]);
    }

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

    internal static string Kept(IpAddress address, ushort port, ulong seenNs) => $"{address} {port} seen {seenNs}";

    private static string Kept(TranslationAbi kept) => Kept(kept.Address.ToAddress(), Host(kept.Port), kept.SeenNs);

    private static TupleAbi Abi(ConnectionTuple tuple) => new()
    {
        Src = AddressAbi.From(tuple.Source),
        Dst = AddressAbi.From(tuple.Destination),
        SrcPort = Host(tuple.SourcePort),
        DstPort = Host(tuple.DestinationPort),
        ProtocolAndZeroes = tuple.Protocol,
    };

    private static ConnectionTuple Tuple(TupleAbi key) =>
        new(key.Src.ToAddress(), key.Dst.ToAddress(), Host(key.SrcPort), Host(key.DstPort), (byte)key.ProtocolAndZeroes);

    private static ushort Host(ushort port) => BinaryPrimitives.ReverseEndianness(port);
}
