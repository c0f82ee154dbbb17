using System.Runtime.InteropServices;

namespace Weir.Linux.Netlink;

/// <summary>Delivers packets with a mark locally, whatever their destination: what a transparent proxy needs of routing.</summary>
/// <remarks>As <c>ip rule add fwmark MARK/MASK lookup TABLE</c> and <c>ip route add local default dev lo table TABLE</c>, for IPv4 and IPv6.</remarks>
public sealed class MarkRouting : IDisposable
{
    private const ushort NewRoute = 24, DelRoute = 25, NewRule = 32, DelRule = 33;
    private const int FileExists = 17, NoEntry = 2, NoSuch = 3;
    private readonly NetlinkSocket _socket = new();
    private readonly byte[] _buffer = new byte[256];

    private MarkRouting()
    {
    }

    /// <summary>Opens it on the calling thread's namespace.</summary>
    public static MarkRouting Open() => new();

    /// <summary>Adds rule and route; having them already is no error.</summary>
    /// <param name="mark">The mark's value under the mask.</param>
    /// <param name="mask">Which bits of the mark count.</param>
    /// <param name="table">A routing table of one's own, 256 or more.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Add(uint mark, uint mask, uint table)
    {
        foreach (var family in (ReadOnlySpan<byte>)[LibC.AF_INET, LibC.AF_INET6])
        {
            var flags = (ushort)(NetlinkSocket.Create | NetlinkSocket.Exclusive | NetlinkSocket.Ack);
            Check(_socket.Exchange(Route(NewRoute, flags, family, table), null), FileExists, $"Adding the local route of table {table}");
            Check(_socket.Exchange(Rule(NewRule, flags, family, mark, mask, table), null), FileExists, $"Adding the routing rule for mark 0x{mark:x}");
        }
    }

    /// <summary>Removes rule and route; none is no error.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Remove(uint mark, uint mask, uint table)
    {
        foreach (var family in (ReadOnlySpan<byte>)[LibC.AF_INET, LibC.AF_INET6])
        {
            Check(_socket.Exchange(Rule(DelRule, NetlinkSocket.Ack, family, mark, mask, table), null), NoEntry, $"Removing the routing rule for mark 0x{mark:x}");
            Check(_socket.Exchange(Route(DelRoute, NetlinkSocket.Ack, family, table), null), NoSuch, $"Removing the local route of table {table}");
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static void Check(int errno, int harmless, string doing)
    {
        if (errno != 0 && errno != harmless) throw new LinuxException(doing, errno);
    }

    private ReadOnlySpan<byte> Route(ushort type, ushort flags, byte family, uint table)
    {
        const byte Static = 4, Local = 2, HostScope = 254;
        const ushort Interface = 4, Table = 15;
        const uint Loopback = 1; // always, in every namespace
        var request = new NetlinkWriter(_buffer, type, (ushort)(flags | NetlinkSocket.Request), _socket.NextSequence());
        request.Struct(new RouteHeader { Family = family, Protocol = Static, Scope = HostScope, Type = Local });
        request.Attribute(Interface, Loopback);
        request.Attribute(Table, table);
        return request.Finish();
    }

    private ReadOnlySpan<byte> Rule(ushort type, ushort flags, byte family, uint mark, uint mask, uint table)
    {
        const byte LookUp = 1;
        const ushort FirewallMark = 10, Table = 15, FirewallMask = 16;
        var request = new NetlinkWriter(_buffer, type, (ushort)(flags | NetlinkSocket.Request), _socket.NextSequence());
        request.Struct(new RuleHeader { Family = family, Action = LookUp });
        request.Attribute(FirewallMark, mark);
        request.Attribute(FirewallMask, mask);
        request.Attribute(Table, table);
        return request.Finish();
    }

    /// <summary><c>struct fib_rule_hdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RuleHeader
    {
        public byte Family, DestinationLength, SourceLength, Tos, Table, Reserved1, Reserved2, Action;
        public uint Flags;
    }
}
