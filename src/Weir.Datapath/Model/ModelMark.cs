namespace Weir.Datapath.Model;

/// <summary><c>MARK_*</c> of bpf/abi.h: what a packet carries between the hooks of one node.</summary>
public static class ModelMark
{
    /// <summary>The bits that are Weir's.</summary>
    public const uint Mask = 0xF00;

    /// <summary>Handed to a proxy's socket.</summary>
    public const uint Proxy = 0x200;

    /// <summary>Egress was decided; the destination is not a pod of this node.</summary>
    public const uint Out = 0x400;

    /// <summary>All was decided, and the destination is a pod of this node.</summary>
    public const uint ToPod = 0x500;

    /// <summary>The node's own packet for a pod, sent back to where a proxy's socket can take it.</summary>
    public const uint Bounced = 0x600;

    /// <summary>Sent by a proxy: decided already.</summary>
    public const uint Upstream = 0xA00;

    /// <summary>Whether a mark is one of these.</summary>
    public static bool Is(uint mark, uint expected) => (mark & Mask) == expected;

    /// <summary>A mark with Weir's bits replaced.</summary>
    public static uint With(uint mark, uint fresh) => (mark & ~Mask) | fresh;
}
