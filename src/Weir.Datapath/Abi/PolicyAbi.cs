using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct endpoint_tables</c> of bpf/abi.h: one aligned word.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EndpointTablesAbi
{
    /// <summary>The number of the egress table; 0: none.</summary>
    public uint Egress;

    /// <summary>The number of the ingress table; 0: none.</summary>
    public uint Ingress;
}

/// <summary><c>struct table</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TableAbi
{
    /// <summary>Of the policy set that it was first compiled from.</summary>
    public ulong Revision;

    /// <summary>A digest of what it says about names; 0: nothing.</summary>
    public ulong Names;

    /// <summary>What a packet that no entry matches is told.</summary>
    public uint DefaultRule;

    /// <summary>Bit n: entries about names have n leading bits of the port.</summary>
    public uint NameBits;

    /// <summary>1: what no entry matches is denied.</summary>
    public byte Enforced;

    /// <summary><c>KIND_*</c>: which entries there are.</summary>
    public byte Kinds;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Zero.</summary>
    public uint Reserved2;
}

/// <summary><c>struct policy_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PolicyKeyAbi
{
    /// <summary>The table's number.</summary>
    public uint Table;

    /// <summary>The peer's identity; 0: any.</summary>
    public uint Peer;

    /// <summary>Network order; for ICMP the type.</summary>
    public ushort Port;

    /// <summary>IANA's number; 0: any.</summary>
    public byte Protocol;

    /// <summary>0 or 16; in <c>weir_name_policy</c> 0 to 16.</summary>
    public byte PortBits;
}

/// <summary><c>struct range_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RangeKeyAbi
{
    /// <summary><c>RANGE_FIXED_BITS</c>: the bits before the port.</summary>
    public const uint FixedBits = 80;

    /// <summary><see cref="FixedBits"/> and the leading bits of the port.</summary>
    public uint PrefixBits;

    /// <summary>The table's number.</summary>
    public uint Table;

    /// <summary>The peer's identity; 0: any.</summary>
    public uint Peer;

    /// <summary>IANA's number.</summary>
    public byte Protocol;

    /// <summary>Zero.</summary>
    public byte Reserved;

    /// <summary>Network order.</summary>
    public ushort Port;
}

/// <summary><c>struct policy_entry</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct PolicyEntryAbi
{
    /// <summary>What decided.</summary>
    public uint Rule;

    /// <summary><c>enum policy_action</c>.</summary>
    public byte Action;

    /// <summary>How much of the connection the rules name.</summary>
    public byte Match;

    /// <summary>Zero.</summary>
    public ushort Reserved;
}
