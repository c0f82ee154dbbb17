using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct name_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NameKeyAbi
{
    /// <summary>The endpoint that knows the address by names.</summary>
    public uint Endpoint;

    /// <summary>The address.</summary>
    public AddressAbi Address;
}

/// <summary><c>struct name_entry</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NameEntryAbi
{
    /// <summary>The set of names.</summary>
    public uint Set;

    /// <summary>Zero.</summary>
    public uint Reserved;
}
