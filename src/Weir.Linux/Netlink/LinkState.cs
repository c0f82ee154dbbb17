using System.Net.NetworkInformation;

namespace Weir.Linux.Netlink;

/// <summary>A network interface as the kernel has it.</summary>
/// <param name="Index">Its number in its namespace.</param>
/// <param name="Name">Its name in its namespace.</param>
/// <param name="Kind">"veth", "bridge", ...; empty for a physical one and loopback.</param>
/// <param name="Address">Its hardware address.</param>
/// <param name="Mtu">The largest packet, in bytes.</param>
/// <param name="IsUp">Whether it was set up.</param>
/// <param name="PeerIndex">For a veth the index of its other end, in that end's namespace; else 0.</param>
/// <param name="Master">The index of the bridge that it is a port of; else 0.</param>
public sealed record LinkState(int Index, string Name, string Kind, PhysicalAddress Address, int Mtu, bool IsUp, int PeerIndex, int Master)
{
    /// <summary>The text that says what it is for; empty without one.</summary>
    public string Alias { get; init; } = "";
}
