using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Linux.Netlink;

namespace Weir.Cni;

/// <summary>A pod's veth, both ends configured.</summary>
/// <remarks>
/// The pod has its own addresses alone (/32, /128) and sends everything to a gateway that exists only as a permanent neighbour with
/// the host end's hardware address; the host has a route and a permanent neighbour for each address. So nobody ever asks by ARP
/// or neighbour discovery, which default deny would not answer.
/// </remarks>
internal sealed class PodInterface
{
    private static readonly IPAddress s_gateway4 = IPAddress.Parse("169.254.1.1");
    private static readonly IPAddress s_gateway6 = IPAddress.Parse("fe80::1");
    private readonly Allocation _allocation;
    private readonly string _name;
    private readonly PhysicalAddress _hostEnd;
    private readonly PhysicalAddress _podEnd;

    private PodInterface(Allocation allocation, string name)
    {
        _allocation = allocation;
        _name = name;

        // Locally administered, and told apart at a glance: 02:57:48 is the host's end, 02:57:50 the pod's.
        var id = allocation.EndpointId;
        _hostEnd = new PhysicalAddress([0x02, 0x57, 0x48, (byte)(id >> 16), (byte)(id >> 8), (byte)id]);
        _podEnd = new PhysicalAddress([0x02, 0x57, 0x50, (byte)(id >> 16), (byte)(id >> 8), (byte)id]);
    }

    /// <summary>The addresses of an allocation, IPv4 first.</summary>
    public static IEnumerable<IPAddress> AddressesOf(Allocation allocation)
    {
        foreach (var text in new[] { allocation.Ipv4, allocation.Ipv6 })
        {
            if (text is null) continue;
            yield return IPAddress.TryParse(text, out var address)
                ? address
                : throw new CniException(CniException.Refused, $"The agent's answer to 'allocate' has the address '{text}', which is none.");
        }
    }

    /// <summary>Makes it in the caller's namespace and <paramref name="sandbox"/>; one left over from an earlier try is replaced.</summary>
    public static PodInterface Create(NetworkNamespace sandbox, string name, Allocation allocation, string alias)
    {
        var made = new PodInterface(allocation, name);
        using var host = RouteNetlink.Open();
        using var pod = RouteNetlink.Open(sandbox);
        host.DeleteLink(allocation.HostInterface);
        host.CreateVeth(new VethEnd(allocation.HostInterface, null, made._hostEnd), new VethEnd(name, sandbox, made._podEnd), allocation.Mtu);
        var hostIndex = host.IndexOf(allocation.HostInterface);
        host.SetAlias(hostIndex, alias);
        host.SetUp(hostIndex);
        made.ConfigurePod(pod);
        made.ConfigureHost(host, hostIndex);
        return made;
    }

    /// <summary>As CNI reports it.</summary>
    public CniResult ToResult(string sandbox) => new()
    {
        Interfaces =
        [
            new CniInterface(_allocation.HostInterface, Colons(_hostEnd), _allocation.Mtu, null),
            new CniInterface(_name, Colons(_podEnd), _allocation.Mtu, sandbox),
        ],
        Ips = [.. AddressesOf(_allocation).Select(a => new CniAddress(1, $"{a}/{BitsOf(a)}", GatewayOf(a).ToString()))],
        Routes = [.. AddressesOf(_allocation).Select(a => new CniRoute(IsIPv6(a) ? "::/0" : "0.0.0.0/0", GatewayOf(a).ToString()))],
    };

    private static bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static int BitsOf(IPAddress address) => IsIPv6(address) ? 128 : 32;

    private static IPAddress GatewayOf(IPAddress address) => IsIPv6(address) ? s_gateway6 : s_gateway4;

    private static string Colons(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2", null)));

    private void ConfigurePod(RouteNetlink pod)
    {
        var index = pod.IndexOf(_name);
        pod.SetUp(index);
        foreach (var address in AddressesOf(_allocation))
        {
            var gateway = GatewayOf(address);
            pod.AddAddress(index, address, BitsOf(address));
            pod.SetNeighbour(index, gateway, _hostEnd);
            pod.SetRoute(new RouteState(null, 0, gateway, index) { OnLink = true });
        }
    }

    private void ConfigureHost(RouteNetlink host, int index)
    {
        foreach (var address in AddressesOf(_allocation))
        {
            host.SetRoute(new RouteState(address, BitsOf(address), null, index));
            host.SetNeighbour(index, address, _podEnd);
        }
    }
}
