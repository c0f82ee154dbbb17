using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct service_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct ServiceKeyAbi
{
    /// <summary>The service's address.</summary>
    public AddressAbi Address;

    /// <summary>Network order.</summary>
    public ushort Port;

    /// <summary>IANA's number.</summary>
    public byte Protocol;

    /// <summary>Zero.</summary>
    public byte Reserved;
}

/// <summary><c>struct service</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct ServiceAbi
{
    /// <summary><c>SERVICE_EXTERNAL</c>: translated at the uplink too, to backends of this node only.</summary>
    public const uint External = 1;

    /// <summary>Of its backends; never used twice.</summary>
    public uint Generation;

    /// <summary>Backends; those of this node come first.</summary>
    public ushort Count;

    /// <summary>Backends of this node.</summary>
    public ushort LocalCount;

    /// <summary>Seconds; 0: no affinity.</summary>
    public uint AffinityS;

    /// <summary><c>SERVICE_*</c>.</summary>
    public uint Flags;
}

/// <summary><c>struct backend_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BackendKeyAbi
{
    /// <summary>Of the service's backends.</summary>
    public uint Generation;

    /// <summary>From 0.</summary>
    public uint Index;
}

/// <summary><c>struct backend</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BackendAbi
{
    /// <summary>The pod's address.</summary>
    public AddressAbi Address;

    /// <summary>Network order.</summary>
    public ushort Port;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Zero.</summary>
    public uint Reserved2;
}

/// <summary><c>struct translation</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TranslationAbi
{
    /// <summary>The backend's address.</summary>
    public AddressAbi Address;

    /// <summary>The backend's port, network order.</summary>
    public ushort Port;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Zero.</summary>
    public uint Reserved2;

    /// <summary>Last use.</summary>
    public ulong SeenNs;
}

/// <summary><c>struct affinity_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AffinityKeyAbi
{
    /// <summary>The client's address.</summary>
    public AddressAbi Client;

    /// <summary>The service.</summary>
    public ServiceKeyAbi Service;
}

/// <summary><c>struct counter_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CounterKeyAbi
{
    /// <summary>The endpoint.</summary>
    public uint Endpoint;

    /// <summary>1 ingress, 2 egress.</summary>
    public byte Direction;

    /// <summary><c>enum event_verdict</c>.</summary>
    public byte Verdict;

    /// <summary>The drop reason; 0: none.</summary>
    public byte Reason;

    /// <summary>Zero.</summary>
    public byte Reserved;
}
