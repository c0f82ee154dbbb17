namespace Weir.Datapath;

/// <summary>Something that older kernels lack, and what to do without it.</summary>
/// <param name="Name">As in the kernel's own documentation.</param>
/// <param name="Since">The first mainline version that has it.</param>
/// <param name="Remedy">One sentence for the operator.</param>
public sealed record KernelFeature(string Name, Version Since, string Remedy)
{
    /// <summary>BPF links on tc hooks.</summary>
    public static KernelFeature Tcx { get; } =
        new("tcx links", new Version(6, 6), "Programs are attached through a clsact qdisc instead, and are not replaced atomically.");

    /// <summary>The ring buffer between programs and user space.</summary>
    public static KernelFeature RingBuffer { get; } =
        new("BPF_MAP_TYPE_RINGBUF", new Version(5, 8), "Run a newer kernel; 'weir lab run --datapath simulated' needs none.");

    /// <summary>Atomic exchange in programs.</summary>
    public static KernelFeature Atomics { get; } =
        new("BPF atomic instructions", new Version(5, 12), "Run a newer kernel; 'weir lab run --datapath simulated' needs none.");

    /// <summary>Handing a packet to a socket at tc ingress.</summary>
    public static KernelFeature SocketAssign { get; } =
        new("bpf_sk_assign at tc ingress", new Version(5, 7), "Run a newer kernel; 'weir lab run --datapath simulated' needs none.");

    /// <summary>What the programs cannot do without, oldest first.</summary>
    internal static IReadOnlyList<KernelFeature> Needed { get; } = [SocketAssign, RingBuffer, Atomics];
}
