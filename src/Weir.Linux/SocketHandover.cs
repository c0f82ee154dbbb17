using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>Gives open sockets to another process over a Unix socket (<c>SCM_RIGHTS</c>). Both processes have them then.</summary>
public static class SocketHandover
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x4000_0000;
    private const int HeaderBytes = 16; // cmsghdr { u64 length; i32 level; i32 type }

    /// <summary>Sends sockets. Does not wait: a connection that is new has room for them.</summary>
    /// <param name="to">A connected Unix stream socket.</param>
    /// <param name="sockets">What to give; the caller keeps them too.</param>
    /// <exception cref="LinuxException">The other side is gone.</exception>
    public static unsafe void Send(Socket to, params ReadOnlySpan<Socket> sockets)
    {
        ArgumentNullException.ThrowIfNull(to);
        var controlLength = HeaderBytes + (sockets.Length * sizeof(int));
        Span<byte> control = stackalloc byte[(controlLength + 7) & ~7];
        MemoryMarshal.Write(control, (ulong)controlLength);
        MemoryMarshal.Write(control[8..], SOL_SOCKET);
        MemoryMarshal.Write(control[12..], SCM_RIGHTS);
        for (var i = 0; i < sockets.Length; i++) MemoryMarshal.Write(control[(HeaderBytes + (i * sizeof(int)))..], (int)sockets[i].Handle);
        byte one = 1;
        fixed (byte* bytes = control)
        {
            var vector = new LibC.IoVector { Base = &one, Length = 1 };
            var message = new LibC.MessageHeader { Vectors = &vector, VectorCount = 1, Control = bytes, ControlLength = (nuint)controlLength };
            if (LibC.sendmsg((int)to.Handle, &message, 0) != 1) throw LinuxException.Last("Giving sockets away");
        }
    }

    /// <summary>Waits for sockets, as long as the receive timeout of <paramref name="from"/> says.</summary>
    /// <param name="from">A connected Unix stream socket that blocks.</param>
    /// <param name="count">How many are expected.</param>
    /// <returns>The sockets, which the caller owns; null where the other side closed or sent another number of them.</returns>
    /// <exception cref="LinuxException">The connection failed, or nothing came in time.</exception>
    public static unsafe Socket[]? Receive(Socket from, int count)
    {
        ArgumentNullException.ThrowIfNull(from);
        Span<byte> control = stackalloc byte[(HeaderBytes + (count * sizeof(int)) + 7) & ~7];
        byte one = 0;
        nuint length;
        fixed (byte* bytes = control)
        {
            var vector = new LibC.IoVector { Base = &one, Length = 1 };
            var message = new LibC.MessageHeader { Vectors = &vector, VectorCount = 1, Control = bytes, ControlLength = (nuint)control.Length };
            nint received;
            do
            {
                received = LibC.recvmsg((int)from.Handle, &message, MSG_CMSG_CLOEXEC);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR);

            if (received < 0) throw LinuxException.Last("Waiting for sockets");
            length = received == 0 ? 0 : message.ControlLength;
        }

        if (length < HeaderBytes || (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..])) != (SOL_SOCKET, SCM_RIGHTS)) return null;
        var descriptors = MemoryMarshal.Cast<byte, int>(control[HeaderBytes..(int)MemoryMarshal.Read<ulong>(control)]);
        var sockets = new Socket[descriptors.Length];
        for (var i = 0; i < sockets.Length; i++) sockets[i] = new Socket(new SafeSocketHandle(descriptors[i], ownsHandle: true));
        if (sockets.Length == count) return sockets;
        foreach (var socket in sockets) socket.Dispose();
        return null;
    }
}
