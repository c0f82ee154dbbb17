using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Weir.Linux.Netlink;

/// <summary>Links, addresses, routes and neighbours of one network namespace, over rtnetlink. One user at a time.</summary>
/// <remarks>Each call waits for the kernel's answer and throws <see cref="LinuxException"/> when it is a refusal.</remarks>
public sealed class RouteNetlink : IDisposable
{
    private const ushort NewLink = 16, DelLink = 17, GetLink = 18, SetLink = 19, NewAddress = 20, NewRoute = 24, DelRoute = 25, GetRoute = 26, NewNeighbour = 28;
    private const ushort IflaAddress = 1, IflaName = 3, IflaMtu = 4, IflaLink = 5, IflaMaster = 10, IflaInfo = 18, IflaAlias = 20, IflaNamespace = 28;
    private const ushort InfoKind = 1, InfoData = 2, VethPeer = 1;
    private const ushort RtaDestination = 1, RtaInterface = 4, RtaGateway = 5, RtaSource = 7, RtaTable = 15;
    private const uint Up = 1, OnLinkFlag = 4;
    private readonly NetlinkSocket _socket = new();
    private readonly byte[] _buffer = new byte[2048];

    private RouteNetlink()
    {
    }

    /// <summary>Opens it on the calling thread's namespace; it may then be used from any thread.</summary>
    public static RouteNetlink Open() => new();

    /// <summary>Opens it on <paramref name="inside"/>.</summary>
    public static RouteNetlink Open(NetworkNamespace inside) => inside.Run(Open);

    /// <summary>All interfaces.</summary>
    public IReadOnlyList<LinkState> Links()
    {
        var found = new List<LinkState>();
        var request = Begin(GetLink, NetlinkSocket.Dump);
        request.Struct(new LinkHeader());
        Check(_socket.Exchange(request.Finish(), (type, payload) =>
        {
            if (type == NewLink) found.Add(ReadLink(payload));
        }), "Listing the links");
        return found;
    }

    /// <summary>All routes of both families and all tables.</summary>
    public IReadOnlyList<RouteState> Routes()
    {
        var found = new List<RouteState>();
        foreach (byte family in (ReadOnlySpan<byte>)[LibC.AF_INET, LibC.AF_INET6])
        {
            var request = Begin(GetRoute, NetlinkSocket.Dump);
            request.Struct(new RouteHeader { Family = family });
            Check(_socket.Exchange(request.Finish(), (type, payload) =>
            {
                if (type == NewRoute) found.Add(ReadRoute(payload));
            }), "Listing the routes");
        }

        return found;
    }

    /// <summary>The index of the interface called <paramref name="name"/>.</summary>
    /// <exception cref="LinuxException">There is none.</exception>
    public int IndexOf(string name) => Find(name)?.Index ?? throw new LinuxException($"Finding the link {name}", 19);

    /// <summary>The interface called <paramref name="name"/>, or null.</summary>
    public LinkState? Find(string name)
    {
        LinkState? found = null;
        var request = Begin(GetLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader());
        request.Attribute(IflaName, name);
        var errno = _socket.Exchange(request.Finish(), (type, payload) =>
        {
            if (type == NewLink) found = ReadLink(payload);
        });
        if (errno is not 0 and not 19) throw new LinuxException($"Finding the link {name}", errno);
        return found;
    }

    /// <summary>Makes a bridge without addresses, down.</summary>
    public void CreateBridge(string name)
    {
        var request = Begin(NewLink, NetlinkSocket.Create | NetlinkSocket.Exclusive | NetlinkSocket.Ack);
        request.Struct(new LinkHeader());
        request.Attribute(IflaName, name);
        var info = request.Begin(IflaInfo);
        request.Attribute(InfoKind, "bridge"u8);
        request.End(info);
        Do(request, $"Making the bridge {name}");
    }

    /// <summary>Makes a pair of connected interfaces, each born in its namespace, both down.</summary>
    /// <param name="near">One end.</param>
    /// <param name="far">The other.</param>
    /// <param name="mtu">The largest packet of both, in bytes.</param>
    public void CreateVeth(VethEnd near, VethEnd far, int mtu)
    {
        var request = Begin(NewLink, NetlinkSocket.Create | NetlinkSocket.Exclusive | NetlinkSocket.Ack);
        request.Struct(new LinkHeader());
        WriteEnd(ref request, near, mtu);
        var info = request.Begin(IflaInfo);
        request.Attribute(InfoKind, "veth"u8);
        var data = request.Begin(InfoData);
        var peer = request.Begin(VethPeer);
        request.Struct(new LinkHeader());
        WriteEnd(ref request, far, mtu);
        request.End(peer);
        request.End(data);
        request.End(info);
        Do(request, $"Making the veth pair {near.Name} and {far.Name}");
    }

    /// <summary>Sets an interface up.</summary>
    public void SetUp(int index)
    {
        var request = Begin(SetLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader { Index = index, Flags = Up, Change = Up });
        Do(request, $"Setting link {index} up");
    }

    /// <summary>Sets the largest packet, in bytes.</summary>
    public void SetMtu(int index, int mtu) => SetAttribute(index, IflaMtu, (uint)mtu, "the MTU");

    /// <summary>Makes an interface a port of a bridge.</summary>
    public void SetMaster(int index, int bridge) => SetAttribute(index, IflaMaster, (uint)bridge, "the bridge");

    /// <summary>Moves an interface to another namespace; it loses its addresses and goes down.</summary>
    public void Move(int index, NetworkNamespace to) => SetAttribute(index, IflaNamespace, (uint)to.Descriptor, "the namespace");

    /// <summary>Sets the hardware address.</summary>
    public void SetHardwareAddress(int index, PhysicalAddress address)
    {
        var request = Begin(SetLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader { Index = index });
        request.Attribute(IflaAddress, address.GetAddressBytes());
        Do(request, $"Setting the hardware address of link {index}");
    }

    /// <summary>Sets the text that says what an interface is for, at most 255 bytes.</summary>
    public void SetAlias(int index, string alias)
    {
        var request = Begin(SetLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader { Index = index });
        request.Attribute(IflaAlias, alias);
        Do(request, $"Setting the alias of link {index}");
    }

    /// <summary>Removes an interface (and a veth's other end). None of that name is no error.</summary>
    public void DeleteLink(string name)
    {
        var request = Begin(DelLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader());
        request.Attribute(IflaName, name);
        var errno = _socket.Exchange(request.Finish(), null);
        if (errno is not 0 and not 19) throw new LinuxException($"Removing the link {name}", errno);
    }

    /// <summary>Gives an interface an address, usable at once (no duplicate address detection). Having it already is no error.</summary>
    public void AddAddress(int index, IPAddress address, int prefixLength)
    {
        const ushort Local = 2, Address = 1, Flags = 8;
        const uint NoDetection = 2, Permanent = 0x80;
        var request = Begin(NewAddress, NetlinkSocket.Create | NetlinkSocket.Replace | NetlinkSocket.Ack);
        request.Struct(new AddressHeader { Family = FamilyOf(address), PrefixLength = (byte)prefixLength, Index = index });
        request.Attribute(Local, address);
        request.Attribute(Address, address);
        request.Attribute(Flags, NoDetection | Permanent);
        Do(request, $"Adding the address {address}/{prefixLength} to link {index}");
    }

    /// <summary>Adds a route, or replaces the one to the same destination.</summary>
    public void SetRoute(RouteState route)
    {
        var request = Begin(NewRoute, NetlinkSocket.Create | NetlinkSocket.Replace | NetlinkSocket.Ack);
        WriteRoute(ref request, route);
        Do(request, $"Adding the route to {Describe(route)}");
    }

    /// <summary>Removes a route. None is no error.</summary>
    public void DeleteRoute(RouteState route)
    {
        var request = Begin(DelRoute, NetlinkSocket.Ack);
        WriteRoute(ref request, route);
        var errno = _socket.Exchange(request.Finish(), null);
        if (errno is not 0 and not LibC.ESRCH) throw new LinuxException($"Removing the route to {Describe(route)}", errno);
    }

    /// <summary>Makes a neighbour entry that is never asked for and never ages.</summary>
    public void SetNeighbour(int index, IPAddress address, PhysicalAddress hardware)
    {
        const ushort Destination = 1, LinkAddress = 2, Permanent = 0x80;
        var request = Begin(NewNeighbour, NetlinkSocket.Create | NetlinkSocket.Replace | NetlinkSocket.Ack);
        request.Struct(new NeighbourHeader { Family = FamilyOf(address), Index = index, State = Permanent });
        request.Attribute(Destination, address);
        request.Attribute(LinkAddress, hardware.GetAddressBytes());
        Do(request, $"Setting the neighbour {address} of link {index}");
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static string Describe(RouteState route) => route.Destination is null ? "everything" : $"{route.Destination}/{route.PrefixLength}";

    private static byte FamilyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? (byte)LibC.AF_INET6 : (byte)LibC.AF_INET;

    private static void WriteEnd(ref NetlinkWriter request, VethEnd end, int mtu)
    {
        request.Attribute(IflaName, end.Name);
        request.Attribute(IflaMtu, (uint)mtu);
        if (end.Address is not null) request.Attribute(IflaAddress, end.Address.GetAddressBytes());
        if (end.Namespace is not null) request.Attribute(IflaNamespace, (uint)end.Namespace.Descriptor);
    }

    private static void WriteRoute(ref NetlinkWriter request, RouteState route)
    {
        const byte Static = 4, Unicast = 1, LinkScope = 253;
        request.Struct(new RouteHeader
        {
            Family = route.Family,
            DestinationLength = (byte)route.PrefixLength,
            Table = (byte)route.Table,
            Protocol = Static,
            Type = Unicast,
            Scope = route.Gateway is null && route.Family == LibC.AF_INET ? LinkScope : (byte)0,
            Flags = route.OnLink ? OnLinkFlag : 0,
        });
        if (route.Destination is not null) request.Attribute(RtaDestination, route.Destination);
        if (route.Gateway is not null) request.Attribute(RtaGateway, route.Gateway);
        if (route.Interface != 0) request.Attribute(RtaInterface, (uint)route.Interface);
        if (route.Source is not null) request.Attribute(RtaSource, route.Source);
    }

    private static LinkState ReadLink(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<LinkHeader>(payload);
        string name = "", kind = "", alias = "";
        int mtu = 0, peer = 0, master = 0;
        var address = PhysicalAddress.None;
        var attributes = new NetlinkAttributes(payload[16..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case IflaName: name = Text(attributes.Value); break;
                case IflaAlias: alias = Text(attributes.Value); break;
                case IflaMtu: mtu = MemoryMarshal.Read<int>(attributes.Value); break;
                case IflaLink: peer = MemoryMarshal.Read<int>(attributes.Value); break;
                case IflaMaster: master = MemoryMarshal.Read<int>(attributes.Value); break;
                case IflaAddress: address = new PhysicalAddress(attributes.Value.ToArray()); break;
                case IflaInfo:
                    var info = new NetlinkAttributes(attributes.Value);
                    while (info.Next())
                        if (info.Type == InfoKind) kind = Text(info.Value);
                    break;
                default: break;
            }
        }

        return new LinkState(header.Index, name, kind, address, mtu, (header.Flags & Up) != 0, peer, master) { Alias = alias };
    }

    private static RouteState ReadRoute(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<RouteHeader>(payload);
        IPAddress? destination = null, gateway = null, source = null;
        int link = 0, table = header.Table;
        var attributes = new NetlinkAttributes(payload[12..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case RtaDestination: destination = new IPAddress(attributes.Value); break;
                case RtaGateway: gateway = new IPAddress(attributes.Value); break;
                case RtaSource: source = new IPAddress(attributes.Value); break;
                case RtaInterface: link = MemoryMarshal.Read<int>(attributes.Value); break;
                case RtaTable: table = MemoryMarshal.Read<int>(attributes.Value); break;
                default: break;
            }
        }

        return new RouteState(destination, header.DestinationLength, gateway, link, table) { Source = source, OnLink = (header.Flags & OnLinkFlag) != 0 };
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));

    private static void Check(int errno, string attempt)
    {
        if (errno != 0) throw new LinuxException(attempt, errno);
    }

    private NetlinkWriter Begin(ushort type, int flags) =>
        new(_buffer, type, (ushort)(NetlinkSocket.Request | flags), _socket.NextSequence());

    private void Do(NetlinkWriter request, string attempt) => Check(_socket.Exchange(request.Finish(), null), attempt);

    private void SetAttribute(int index, ushort attribute, uint value, string what)
    {
        var request = Begin(SetLink, NetlinkSocket.Ack);
        request.Struct(new LinkHeader { Index = index });
        request.Attribute(attribute, value);
        Do(request, $"Setting {what} of link {index}");
    }
}
