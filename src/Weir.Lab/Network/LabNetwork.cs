using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Linux.Netlink;
using Weir.Workloads.World;

namespace Weir.Lab.Network;

/// <summary>The lab's namespaces and the links between them: a fabric (a bridge), the outside world, one namespace a node.</summary>
/// <remarks>Every link is born with both ends in namespaces of the lab, so that none is ever seen in the machine's own.</remarks>
public sealed class LabNetwork : IDisposable
{
    private const int Mtu = 1500;
    private readonly string _folder;
    private readonly NetworkNamespace _fabric;
    private readonly Dictionary<string, int> _balanced = [];

    private LabNetwork(string folder, Func<string, NetworkNamespace> open)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _fabric = open(Path.Combine(folder, "fabric"));
        World = open(Path.Combine(folder, "world"));
    }

    /// <summary>The outside world.</summary>
    public NetworkNamespace World { get; }

    /// <summary>The nodes, from node1 on.</summary>
    public IReadOnlyList<NetworkNamespace> Nodes { get; private set; } = [];

    /// <summary>Builds it.</summary>
    /// <param name="folder">Takes one file a namespace.</param>
    /// <param name="nodes">How many.</param>
    public static LabNetwork Create(string folder, int nodes)
    {
        var network = new LabNetwork(folder, NetworkNamespace.Create);
        try
        {
            network.Build(nodes);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Opens the one that a lab before this one built whole.</summary>
    /// <param name="folder">Has one file a namespace.</param>
    /// <param name="nodes">How many there are.</param>
    /// <exception cref="LinuxException">A file is missing.</exception>
    public static LabNetwork Open(string folder, int nodes) => new(folder, NetworkNamespace.Open)
    {
        Nodes = [.. Enumerable.Range(1, nodes).Select(n => NetworkNamespace.Open(Path.Combine(folder, LabAddresses.NodeName(n))))],
    };

    /// <summary>The namespace of a pod that is there already; null when there is none.</summary>
    /// <param name="name">The file's name.</param>
    public NetworkNamespace? FindPod(string name)
    {
        var path = Path.Combine(_folder, name);

        // A file on which nothing is mounted is one whose making, or unmaking, was cut short.
        return Mounts.Below(_folder).Contains(path) ? NetworkNamespace.Open(path) : null;
    }

    /// <summary>Makes the namespace of a pod.</summary>
    /// <param name="name">The file's name.</param>
    public NetworkNamespace CreatePod(string name)
    {
        var path = Path.Combine(_folder, name);
        NetworkNamespace.Delete(path);
        var pod = NetworkNamespace.Create(path);
        pod.Run(() =>
        {
            // Without these a pod would wait for router advertisements that no one sends.
            foreach (var which in (ReadOnlySpan<string>)["all", "default"])
                if (Directory.Exists($"/proc/sys/net/ipv6/conf/{which}")) File.WriteAllText($"/proc/sys/net/ipv6/conf/{which}/accept_ra", "0");
        });
        return pod;
    }

    /// <summary>Routes a load balancer's address to a node; 0 takes the route away, so that the address is unreachable.</summary>
    public void RouteBalancer(IPAddress address, int node)
    {
        lock (_balanced)
        {
            if (_balanced.GetValueOrDefault(address.ToString()) == node) return;
            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            var via = LabAddresses.Node(Math.Max(node, 1)).Single(a => a.AddressFamily == address.AddressFamily);
            using var world = RouteNetlink.Open(World);
            if (node == 0) world.DeleteRoute(new RouteState(address, bits, null, 0));
            else world.SetRoute(new RouteState(address, bits, via, world.IndexOf("uplink")));
            _balanced[address.ToString()] = node;
        }
    }

    /// <summary>Removes the namespaces; what still runs in one keeps it until it ends.</summary>
    public void Dispose()
    {
        foreach (var ns in (NetworkNamespace[])[.. Nodes, World, _fabric])
        {
            ns.Dispose();
            NetworkNamespace.Delete(ns.Path);
        }
    }

    private void Build(int nodes)
    {
        using var fabric = RouteNetlink.Open(_fabric);
        fabric.CreateBridge("fabric");
        var bridge = fabric.IndexOf("fabric");
        _fabric.SetSysctl("ipv6/conf/all/disable_ipv6", "1"); // a bridge of frames: it has no address and sends nothing of its own
        fabric.SetUp(bridge);

        using (var world = Plug(fabric, bridge, World, "world", LabAddresses.World)) ConfigureWorld(world, nodes);
        var made = new List<NetworkNamespace>();
        for (var number = 1; number <= nodes; number++)
        {
            var node = NetworkNamespace.Create(Path.Combine(_folder, LabAddresses.NodeName(number)));
            made.Add(node);
            Nodes = made;
            using var links = Plug(fabric, bridge, node, LabAddresses.NodeName(number), LabAddresses.Node(number));
            ConfigureNode(links, number, nodes);
        }
    }

    /// <summary>Joins a namespace to the fabric by its interface "uplink".</summary>
    private static RouteNetlink Plug(RouteNetlink fabric, int bridge, NetworkNamespace ns, string name, IReadOnlyList<IPAddress> addresses)
    {
        MakeRouter(ns);
        fabric.CreateVeth(new VethEnd($"to-{name}"), new VethEnd("uplink", ns), Mtu);
        var port = fabric.IndexOf($"to-{name}");
        fabric.SetMaster(port, bridge);
        fabric.SetUp(port);
        var links = RouteNetlink.Open(ns);
        var uplink = links.IndexOf("uplink");
        links.SetUp(uplink);
        foreach (var address in addresses)
            links.AddAddress(uplink, address, address.AddressFamily == AddressFamily.InterNetwork ? LabAddresses.Fabric4Bits : LabAddresses.Fabric6Bits);
        return links;
    }

    private static void MakeRouter(NetworkNamespace ns)
    {
        ns.SetSysctl("ipv4/ip_forward", "1");
        ns.SetSysctl("ipv6/conf/all/forwarding", "1");

        // A redirected or load-balanced packet comes in where the route back does not point.
        foreach (var which in (ReadOnlySpan<string>)["all", "default"])
        {
            ns.SetSysctl($"ipv4/conf/{which}/rp_filter", "0");
            ns.SetSysctl($"ipv4/conf/{which}/accept_redirects", "0");
            ns.SetSysctl($"ipv4/conf/{which}/send_redirects", "0");
            ns.SetSysctl($"ipv6/conf/{which}/accept_ra", "0");
            ns.SetSysctl($"ipv6/conf/{which}/accept_redirects", "0");
        }
    }

    private static void ConfigureWorld(RouteNetlink world, int nodes)
    {
        var lo = world.IndexOf("lo");
        foreach (var address in (IPAddress[])[.. LabAddresses.Client, LabAddresses.WorldDns, .. WorldSite.All.Select(s => s.Address)])
            world.AddAddress(lo, address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        for (var number = 1; number <= nodes; number++) RoutePods(world, number);
    }

    private static void ConfigureNode(RouteNetlink node, int number, int nodes)
    {
        foreach (var gateway in LabAddresses.World) node.SetRoute(new RouteState(null, 0, gateway, node.IndexOf("uplink")));
        for (var other = 1; other <= nodes; other++)
            if (other != number) RoutePods(node, other);
    }

    private static void RoutePods(RouteNetlink links, int number)
    {
        foreach (var range in LabAddresses.PodRanges(number))
        {
            var via = LabAddresses.Node(number).Single(a => a.AddressFamily == range.BaseAddress.AddressFamily);
            links.SetRoute(new RouteState(range.BaseAddress, range.PrefixLength, via, links.IndexOf("uplink")));
        }
    }
}
