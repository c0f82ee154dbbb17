using System.Runtime.InteropServices;

namespace Weir.Linux.Netlink;

/// <summary><c>struct ifinfomsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkHeader
{
    public byte Family, Padding;
    public ushort Type;
    public int Index;
    public uint Flags, Change;
}

/// <summary><c>struct ifaddrmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressHeader
{
    public byte Family, PrefixLength, Flags, Scope;
    public int Index;
}

/// <summary><c>struct rtmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteHeader
{
    public byte Family, DestinationLength, SourceLength, Tos, Table, Protocol, Scope, Type;
    public uint Flags;
}

/// <summary><c>struct ndmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NeighbourHeader
{
    public byte Family, Padding1;
    public ushort Padding2;
    public int Index;
    public ushort State;
    public byte Flags, Type;
}
