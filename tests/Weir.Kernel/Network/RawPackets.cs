using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Kernel.Network;

/// <summary>Sends frames as they are on an interface of a namespace (AF_PACKET).</summary>
internal static unsafe partial class RawPackets
{
    /// <summary>Sends one frame, from its Ethernet header on.</summary>
    public static void Send(NetworkNamespace from, string interfaceName, byte[] frame) => from.Run(() =>
    {
        const int AfPacket = 17, SockRaw = 3;
        var ifindex = Interfaces.IndexOf(interfaceName);
        var fd = Socket(AfPacket, SockRaw, 0);
        try
        {
            var address = stackalloc byte[20]; // struct sockaddr_ll: family u16, protocol be16, ifindex i32, ...
            new Span<byte>(address, 20).Clear();
            *(ushort*)address = AfPacket;
            *(int*)(address + 4) = (int)ifindex;
            address[11] = 6;
            fixed (byte* bytes = frame)
            {
                if (SendTo(fd, bytes, (nuint)frame.Length, 0, address, 20) != frame.Length)
                    throw new SocketException(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = Close(fd);
        }
    });

    /// <summary>An Ethernet frame with an IPv4 packet; header checksum filled in.</summary>
    public static byte[] IPv4(string source, string destination, byte protocol, byte[] payload, ushort id = 1, ushort fragment = 0)
    {
        byte[] ip =
        [
            0x45, 0, (byte)((20 + payload.Length) >> 8), (byte)(20 + payload.Length), (byte)(id >> 8), (byte)id,
            (byte)(fragment >> 8), (byte)fragment, 64, protocol, 0, 0,
            .. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(),
        ];
        var sum = Checksum(ip);
        (ip[10], ip[11]) = ((byte)(sum >> 8), (byte)sum);
        return [.. Ethernet(0x0800), .. ip, .. payload];
    }

    /// <summary>An Ethernet frame with an IPv6 packet.</summary>
    public static byte[] IPv6(string source, string destination, byte next, byte[] payload, byte hopLimit = 64) =>
    [
        .. Ethernet(0x86dd), 0x60, 0, 0, 0, (byte)(payload.Length >> 8), (byte)payload.Length, next, hopLimit,
        .. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(), .. payload,
    ];

    /// <summary>A TCP header.</summary>
    public static byte[] Tcp(ushort source, ushort destination, byte flags) =>
        [(byte)(source >> 8), (byte)source, (byte)(destination >> 8), (byte)destination, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0];

    /// <summary>A UDP header (no checksum) and data.</summary>
    public static byte[] Udp(ushort source, ushort destination, byte[] data) =>
        [(byte)(source >> 8), (byte)source, (byte)(destination >> 8), (byte)destination, (byte)((8 + data.Length) >> 8), (byte)(8 + data.Length), 0, 0, .. data];

    private static byte[] Ethernet(ushort type) => [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, (byte)(type >> 8), (byte)type];

    private static ushort Checksum(byte[] bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i += 2) sum += (uint)((bytes[i] << 8) | bytes[i + 1]);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }


    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(int fd, byte* bytes, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
