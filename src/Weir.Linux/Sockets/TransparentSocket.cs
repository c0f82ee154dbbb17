using System.Buffers.Binary;
using System.Net.Sockets;

namespace Weir.Linux.Sockets;

/// <summary>Socket options of Linux that a transparent proxy needs and that .NET has no name for.</summary>
/// <remarks>All but <see cref="ReuseAddress"/> need CAP_NET_ADMIN; the kernel's refusal is a <see cref="SocketException"/>.</remarks>
public static class TransparentSocket
{
    private const int SolSocket = 1;
    private const int SolIp = 0;
    private const int SolIpV6 = 41;
    private const int SoReuseAddress = 2;
    private const int SoMark = 36;
    private const int IpTransparent = 19;
    private const int IpReceiveOriginalDestination = 20;
    private const int IpV6Transparent = 75;
    private const int IpV6ReceiveOriginalDestination = 74;

    /// <summary>Lets the socket bind to addresses that are not this machine's, and accept what is redirected to it.</summary>
    public static void AllowForeignAddresses(Socket socket) => SetByFamily(socket, IpTransparent, IpV6Transparent);

    /// <summary>Makes each datagram say where it was really sent to; read it with <see cref="DatagramReceiver"/>.</summary>
    public static void ReceiveOriginalDestination(Socket socket) =>
        SetByFamily(socket, IpReceiveOriginalDestination, IpV6ReceiveOriginalDestination);

    /// <summary>Gives every packet that the socket sends a firewall mark.</summary>
    public static void Mark(Socket socket, uint mark) => Set(socket, SolSocket, SoMark, (int)mark);

    /// <summary>SO_REUSEADDR alone: .NET's own option of that name also shares ports between listeners.</summary>
    public static void ReuseAddress(Socket socket) => Set(socket, SolSocket, SoReuseAddress, 1);

    private static void SetByFamily(Socket socket, int ipv4, int ipv6)
    {
        if (socket.AddressFamily == AddressFamily.InterNetwork) Set(socket, SolIp, ipv4, 1);
        else Set(socket, SolIpV6, ipv6, 1);
    }

    private static void Set(Socket socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        else BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        socket.SetRawSocketOption(level, name, bytes);
    }
}
