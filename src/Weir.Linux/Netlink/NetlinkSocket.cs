using System.Runtime.InteropServices;

namespace Weir.Linux.Netlink;

/// <summary>A request socket to rtnetlink in the namespace of the thread that opened it. One user at a time.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    internal const ushort Request = 1, Ack = 4, Create = 0x400, Exclusive = 0x200, Replace = 0x100, Dump = 0x300;
    private const ushort Error = 2, Done = 3;
    private readonly byte[] _receive = new byte[64 * 1024];
    private int _fd;

    internal NetlinkSocket()
    {
        _fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (_fd < 0) throw LinuxException.Last("Opening a netlink socket");
    }

    internal delegate void Answer(ushort type, ReadOnlySpan<byte> payload);

    internal uint Sequence { get; private set; }

    internal uint NextSequence() => ++Sequence;

    /// <summary>Sends a request and hands each answer on, until the acknowledgement or the end of the dump.</summary>
    /// <returns>0, or the kernel's errno, positive.</returns>
    internal unsafe int Exchange(ReadOnlySpan<byte> request, Answer? answer)
    {
        fixed (byte* bytes = request)
        {
            if (LibC.send(_fd, bytes, (nuint)request.Length, 0) < 0) return Marshal.GetLastPInvokeError();
        }

        while (true)
        {
            nint received;
            fixed (byte* bytes = _receive) received = LibC.recv(_fd, bytes, (nuint)_receive.Length, 0);
            if (received < 0)
            {
                if (Marshal.GetLastPInvokeError() == LibC.EINTR) continue;
                return Marshal.GetLastPInvokeError();
            }

            if (Read(_receive.AsSpan(0, (int)received), answer) is { } outcome) return outcome;
        }
    }

    public void Dispose()
    {
        if (_fd >= 0) LibC.close(_fd);
        _fd = -1;
    }

    /// <summary>Reads the messages of one datagram; null when more datagrams follow.</summary>
    private static int? Read(ReadOnlySpan<byte> datagram, Answer? answer)
    {
        while (datagram.Length >= 16)
        {
            var length = MemoryMarshal.Read<int>(datagram);
            if (length < 16 || length > datagram.Length) return null;
            var type = MemoryMarshal.Read<ushort>(datagram[4..]);
            var payload = datagram[16..length];
            datagram = datagram[Math.Min((length + 3) & ~3, datagram.Length)..];
            switch (type)
            {
                case Error: return -MemoryMarshal.Read<int>(payload);
                case Done: return 0;
                default:
                    answer?.Invoke(type, payload);
                    break;
            }
        }

        return null;
    }
}
