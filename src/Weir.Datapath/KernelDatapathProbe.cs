using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Maps;
using Weir.Datapath.Programs;

namespace Weir.Datapath;

/// <summary>What tests may do with a loaded datapath beside using it: stop its clock, run programs on single frames, look into its tables.</summary>
internal sealed class KernelDatapathProbe
{
    private const int MarkOffset = 8, IfindexOffset = 40, ContextBytes = 192; // struct __sk_buff

    private readonly ProgramObject _loaded;
    private readonly NodeState _node;

    internal KernelDatapathProbe(ProgramObject loaded, NodeState node) => (_loaded, _node) = (loaded, node);

    /// <summary>Sets the programs' clock (CLOCK_BOOTTIME, nanoseconds; 0 lets it run), and whether a redirect is decided without looking for a socket.</summary>
    public void Configure(ulong timeNs, bool dryDelivery) => _node.Configure((ref ConfigAbi config) =>
    {
        config.TimeNs = timeNs;
        config.Flags = dryDelivery ? config.Flags | ConfigAbi.DryDelivery : config.Flags & ~ConfigAbi.DryDelivery;
    });

    /// <summary>Runs a program (<c>from_pod</c>, ...) on a frame, from its Ethernet header on, as if seen at an interface of the calling thread's namespace.</summary>
    /// <exception cref="DatapathException">The kernel refused.</exception>
    public TestRunResult Run(string program, ReadOnlySpan<byte> frame, uint ifindex, uint mark = 0)
    {
        var context = new byte[ContextBytes];
        BitConverter.TryWriteBytes(context.AsSpan(MarkOffset), mark);
        BitConverter.TryWriteBytes(context.AsSpan(IfindexOffset), ifindex);
        var after = new byte[frame.Length + 256];
        var errno = BpfSystem.TestRun(_loaded.Programs[program].Fd, frame, after, context, out var action, out var length);
        if (errno != 0) throw new DatapathException($"The kernel refused a test run of {program} ({ErrnoName.Of(errno)}).", errno);
        return new TestRunResult(action, BitConverter.ToUInt32(context, MarkOffset), after[..length]);
    }

    /// <summary>Attaches a program as on a kernel without tcx links.</summary>
    public void AttachByClsact(string program, uint ifindex, bool ingress) => Attachment.PutOnClsact(_loaded.Programs[program], ifindex, ingress);

    /// <summary>All connections.</summary>
    public IReadOnlyList<(TupleAbi Key, ConnectionAbi Connection)> Connections()
    {
        var all = new List<(TupleAbi, ConnectionAbi)>();
        foreach (var key in _node.Connections.Keys())
        {
            if (_node.Connections.TryGet(key, out var connection)) all.Add((key, connection));
        }

        return all;
    }

    /// <summary>Forgets all connections.</summary>
    public void ForgetConnections()
    {
        foreach (var key in _node.Connections.Keys()) _node.Connections.Remove(key);
    }

    /// <summary>A map's contents, whatever its types.</summary>
    public BpfMap<TKey, TValue> Map<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => _loaded.Map<TKey, TValue>(name);
}
