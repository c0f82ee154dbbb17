using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct config</c> of bpf/abi.h, byte for byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConfigAbi
{
    /// <summary><c>CONFIG_NAMES</c>: ask the name tables too.</summary>
    public const uint Names = 1;

    /// <summary><c>CONFIG_DRY_DELIVERY</c>: decide redirects, look for no socket.</summary>
    public const uint DryDelivery = 2;

    /// <summary>What the clock says, for tests; 0 asks the kernel.</summary>
    public ulong TimeNs;

    /// <summary>Shortest time between two summaries of a connection.</summary>
    public ulong SummaryNs;

    /// <summary>The version of abi.h.</summary>
    public uint Abi;

    /// <summary><c>CONFIG_*</c>.</summary>
    public uint Flags;

    /// <summary>The TCP proxy's port, network order; 0: none.</summary>
    public ushort ProxyTcpPort;

    /// <summary>The UDP proxy's port, network order; 0: none.</summary>
    public ushort ProxyUdpPort;

    /// <summary>Zero.</summary>
    public uint Reserved;
}

/// <summary><c>struct numbers</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NumbersAbi
{
    /// <summary>The version of abi.h that made the tables.</summary>
    public uint Abi;

    /// <summary>The next decision table's number.</summary>
    public uint NextTable;

    /// <summary>The next rule id.</summary>
    public uint NextRule;

    /// <summary>The next generation of backends.</summary>
    public uint NextGeneration;
}
