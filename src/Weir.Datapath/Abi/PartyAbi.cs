using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct ipcache_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IpcacheKeyAbi
{
    /// <summary>0 to 128, over the 128-bit form.</summary>
    public uint PrefixBits;

    /// <summary>The prefix's first address.</summary>
    public AddressAbi Address;
}

/// <summary><c>struct ipcache_entry</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IpcacheEntryAbi
{
    /// <summary>The security identity.</summary>
    public uint Identity;
}

/// <summary><c>struct endpoint</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EndpointAbi
{
    /// <summary>1 to 65535.</summary>
    public uint Id;

    /// <summary>The security identity.</summary>
    public uint Identity;

    /// <summary>All zero: none.</summary>
    public AddressAbi Ipv4;

    /// <summary>All zero: none.</summary>
    public AddressAbi Ipv6;

    /// <summary>The interface's name, with zeroes behind it.</summary>
    public AddressAbi Name;
}

/// <summary><c>struct local_address</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LocalAddressAbi
{
    /// <summary>The endpoint.</summary>
    public uint Endpoint;

    /// <summary>Its security identity.</summary>
    public uint Identity;
}
