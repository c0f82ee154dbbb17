using System.Net.NetworkInformation;

namespace Weir.Linux.Netlink;

/// <summary>One end of a veth pair that is to be made.</summary>
/// <param name="Name">Its name, at most 15 bytes.</param>
/// <param name="Namespace">Where it is born; null is the namespace of the netlink socket.</param>
/// <param name="Address">Its hardware address; null lets the kernel choose.</param>
public sealed record VethEnd(string Name, NetworkNamespace? Namespace = null, PhysicalAddress? Address = null);
