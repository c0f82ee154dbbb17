using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>Options and control data of sockets that stand in for someone else's address.</summary>
public static class TransparentSocket
{
    private const int SOL_SOCKET = 1, SOL_IP = 0, SOL_IPV6 = 41;
    private const int SO_REUSEADDR = 2, SO_RCVBUF = 8, SO_RCVBUFFORCE = 33, SO_MARK = 36;
    private const int IP_TRANSPARENT = 19, IP_ORIGDSTADDR = 20, IP_BIND_ADDRESS_NO_PORT = 24, IP_LOCAL_PORT_RANGE = 51;
    private const int IPV6_TRANSPARENT = 75, IPV6_ORIGDSTADDR = 74, IPV6_FREEBIND = 78, IP_FREEBIND = 15;

    /// <summary>Lets the socket bind to, accept on and send from addresses that are not the machine's own. Set before binding.</summary>
    public static void SetTransparent(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            Set(socket, SOL_IPV6, IPV6_TRANSPARENT, 1);

        // A dual-mode socket carries IPv4 too; one that is IPv6 only does not mind the option.
        Set(socket, SOL_IP, IP_TRANSPARENT, 1);
    }

    /// <summary>Lets the socket bind to an address that no interface has yet.</summary>
    public static void SetFreeBind(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) Set(socket, SOL_IPV6, IPV6_FREEBIND, 1);
        else Set(socket, SOL_IP, IP_FREEBIND, 1);
    }

    /// <summary>Makes datagrams tell the address that they were sent to, for <see cref="Receive"/>.</summary>
    public static void SetReceiveOriginalDestination(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            Set(socket, SOL_IPV6, IPV6_ORIGDSTADDR, 1);
        Set(socket, SOL_IP, IP_ORIGDSTADDR, 1);
    }

    /// <summary>Shares an address and port with sockets that have other peers. .NET's option of that name shares ports between listeners too.</summary>
    public static void SetReuseAddress(Socket socket) => Set(socket, SOL_SOCKET, SO_REUSEADDR, 1);

    /// <summary>Sets the mark that the socket's packets carry.</summary>
    public static void SetMark(Socket socket, uint mark) => Set(socket, SOL_SOCKET, SO_MARK, (int)mark);

    /// <summary>Lets the socket hold so many bytes that were not read yet, also above the system's limit where the process may (CAP_NET_ADMIN).</summary>
    public static void SetReceiveBuffer(Socket socket, int bytes)
    {
        try
        {
            Set(socket, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
        }
        catch (SocketException)
        {
            Set(socket, SOL_SOCKET, SO_RCVBUF, bytes);
        }
    }

    /// <summary>Leaves the choice of the port to connect time, so that many sockets may share one bound address.</summary>
    public static void SetBindAddressNoPort(Socket socket) => Set(socket, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);

    /// <summary>Limits the ports that the kernel chooses for this socket (Linux 6.3), both ends included.</summary>
    public static void SetLocalPortRange(Socket socket, ushort first, ushort last) =>
        Set(socket, SOL_IP, IP_LOCAL_PORT_RANGE, (last << 16) | first);

    /// <summary>Receives one datagram and who sent it to whom.</summary>
    /// <param name="socket">Bound, with <see cref="SetReceiveOriginalDestination"/>.</param>
    /// <param name="buffer">What is longer is cut.</param>
    /// <param name="wait">Whether to wait for one (a blocking socket); else nothing there gives false.</param>
    /// <param name="datagram">The datagram's length and its two ends.</param>
    /// <exception cref="LinuxException">The socket failed, or was closed.</exception>
    public static unsafe bool Receive(Socket socket, Span<byte> buffer, bool wait, out ReceivedDatagram datagram)
    {
        const int NameSize = 28, ControlSize = 256;
        var name = stackalloc byte[NameSize];
        var control = stackalloc byte[ControlSize];
        datagram = default;
        fixed (byte* data = buffer)
        {
            var vector = new LibC.IoVector { Base = data, Length = (nuint)buffer.Length };
            var message = new LibC.MessageHeader
            {
                Name = name,
                NameLength = NameSize,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = ControlSize,
            };
            nint received;
            do
            {
                received = LibC.recvmsg((int)socket.Handle, &message, wait ? 0 : LibC.MSG_DONTWAIT);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR);

            if (received < 0)
            {
                if (Marshal.GetLastPInvokeError() == LibC.EAGAIN) return false;
                throw LinuxException.Last("Receiving a datagram");
            }

            var source = ReadAddress(new ReadOnlySpan<byte>(name, (int)message.NameLength));
            var destination = OriginalDestination(new ReadOnlySpan<byte>(control, (int)message.ControlLength));
            datagram = new ReceivedDatagram((int)received, source, destination);
            return true;
        }
    }

    /// <summary>Finds the original destination in control data: cmsghdr { u64 length; i32 level; i32 type } and the address, padded to 8.</summary>
    internal static IPEndPoint? OriginalDestination(ReadOnlySpan<byte> control)
    {
        while (control.Length >= 16)
        {
            var length = (int)MemoryMarshal.Read<ulong>(control);
            if (length < 16 || length > control.Length) return null;
            var (level, type) = (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..]));
            if ((level, type) is (SOL_IP, IP_ORIGDSTADDR) or (SOL_IPV6, IPV6_ORIGDSTADDR)) return ReadAddress(control[16..length]);
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return null;
    }

    /// <summary>Reads sockaddr_in or sockaddr_in6; IPv4 inside IPv6 comes out as IPv4.</summary>
    private static IPEndPoint? ReadAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return null;
        var port = (bytes[2] << 8) | bytes[3];
        switch (MemoryMarshal.Read<ushort>(bytes))
        {
            case LibC.AF_INET:
                return new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port);
            case LibC.AF_INET6 when bytes.Length >= 24:
                var address = new IPAddress(bytes.Slice(8, 16));
                return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
            default:
                return null;
        }
    }

    private static void Set(Socket socket, int level, int option, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, value);
        socket.SetRawSocketOption(level, option, bytes);
    }
}
