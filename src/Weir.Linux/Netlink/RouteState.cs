using System.Net;

namespace Weir.Linux.Netlink;

/// <summary>A route, of the main table unless <paramref name="Table"/> says otherwise.</summary>
/// <param name="Destination">The first address; null is the default route.</param>
/// <param name="PrefixLength">In bits.</param>
/// <param name="Gateway">The next hop; null when the destination is on the link.</param>
/// <param name="Interface">The index of the interface to send on; 0 lets the kernel find it by the gateway.</param>
/// <param name="Table">254 is main, 255 local.</param>
public sealed record RouteState(IPAddress? Destination, int PrefixLength, IPAddress? Gateway, int Interface, int Table = 254)
{
    /// <summary>The address to send from when the sender has not chosen; null leaves it to the kernel.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Whether the gateway is on the link although no address says so.</summary>
    public bool OnLink { get; init; }

    /// <summary>2 (IPv4) or 10 (IPv6); what a default route needs to know.</summary>
    internal byte Family => (Destination ?? Gateway)?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        ? (byte)LibC.AF_INET6 : (byte)LibC.AF_INET;
}
