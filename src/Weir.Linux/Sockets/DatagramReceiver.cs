using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Linux.Sockets;

/// <summary>Receives datagrams with the address that they were really sent to (<c>recvmsg</c> with IP_RECVORIGDSTADDR).</summary>
public static unsafe partial class DatagramReceiver
{
    private const int MsgDontWait = 0x40;
    private const int MsgControlTruncated = 0x08;
    private const int MsgTruncated = 0x20;
    private const int SolIp = 0;
    private const int SolIpV6 = 41;
    private const int IpOriginalDestination = 20;
    private const int IpV6OriginalDestination = 74;
    private const short PollIn = 1;
    private const int AfInet = 2;
    private const int AfInet6 = 10;
    private const int ControlRoom = 256;
    private const int AddressRoom = 28;

    /// <summary>Waits until one of two sockets has a datagram.</summary>
    /// <param name="first">A bound socket.</param>
    /// <param name="second">Another one.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <returns>Whether a socket may be read (or has failed, which reading will tell).</returns>
    public static bool WaitForEither(Socket first, Socket second, TimeSpan wait)
    {
        var polled = stackalloc PollEntry[2];
        polled[0] = new PollEntry { Descriptor = (int)first.Handle, Events = PollIn };
        polled[1] = new PollEntry { Descriptor = (int)second.Handle, Events = PollIn };
        return Poll(polled, 2, (int)wait.TotalMilliseconds) > 0;
    }

    /// <summary>Takes one datagram if there is one; never waits.</summary>
    /// <param name="socket">A socket with <see cref="TransparentSocket.ReceiveOriginalDestination"/> set.</param>
    /// <param name="buffer">Receives the payload; longer datagrams are not reported (they come back as false, taken).</param>
    /// <param name="length">Bytes of payload.</param>
    /// <param name="source">The sender.</param>
    /// <param name="destination">Where the sender had sent it.</param>
    /// <returns>Whether a whole datagram with both addresses was taken.</returns>
    /// <exception cref="SocketException">Any refusal but "nothing there" and a reported ICMP error.</exception>
    public static bool TryReceive(
        Socket socket, Span<byte> buffer, out int length, out IPEndPoint source, out IPEndPoint destination)
    {
        (length, source, destination) = (0, null!, null!);
        var name = stackalloc byte[AddressRoom];
        var control = stackalloc byte[ControlRoom];
        fixed (byte* payload = buffer)
        {
            var vector = new IoVector { Base = payload, Length = (nuint)buffer.Length };
            var message = new MessageHeader
            {
                Name = name, NameLength = AddressRoom, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlRoom,
            };
            var received = ReceiveMessage((int)socket.Handle, &message, MsgDontWait);
            if (received < 0)
            {
                const int eintr = 4, eagain = 11, econnrefused = 111;
                var errno = Marshal.GetLastPInvokeError();
                return errno is eintr or eagain or econnrefused ? false : throw new SocketException(errno);
            }

            if ((message.Flags & (MsgTruncated | MsgControlTruncated)) != 0) return false;
            length = (int)received;
            if (!TryReadAddress(new ReadOnlySpan<byte>(name, (int)message.NameLength), out source)) return false;
            return TryFindDestination(new ReadOnlySpan<byte>(control, (int)message.ControlLength), out destination);
        }
    }

    // struct cmsghdr { size_t len; int level; int type; } and data, each entry padded to 8 bytes (64-bit Linux).
    private static bool TryFindDestination(ReadOnlySpan<byte> control, out IPEndPoint destination)
    {
        const int head = 16;
        while (control.Length >= head)
        {
            var length = (int)Math.Min(MemoryMarshal.Read<ulong>(control), (ulong)control.Length);
            if (length < head) break;
            var level = MemoryMarshal.Read<int>(control[8..]);
            var type = MemoryMarshal.Read<int>(control[12..]);
            if ((level, type) is (SolIp, IpOriginalDestination) or (SolIpV6, IpV6OriginalDestination))
                return TryReadAddress(control[head..length], out destination);
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        destination = null!;
        return false;
    }

    // struct sockaddr_in { u16 family; be16 port; u8 address[4]; … } and sockaddr_in6 { …; u32 flow; u8 address[16]; u32 scope; }.
    private static bool TryReadAddress(ReadOnlySpan<byte> address, out IPEndPoint endPoint)
    {
        endPoint = null!;
        if (address.Length < 8) return false;
        var family = MemoryMarshal.Read<ushort>(address);
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        if (family == AfInet) endPoint = new IPEndPoint(new IPAddress(address.Slice(4, 4)), port);
        else if (family == AfInet6 && address.Length >= 24) endPoint = new IPEndPoint(new IPAddress(address.Slice(8, 16)), port);
        return endPoint is not null;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
