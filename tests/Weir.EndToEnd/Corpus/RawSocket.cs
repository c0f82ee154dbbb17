using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.EndToEnd.Corpus;

/// <summary>Raw IPv4 sockets of any protocol; .NET opens only those that it has names for.</summary>
internal static partial class RawSocket
{
    /// <summary>Opens one.</summary>
    /// <param name="protocol">The number in the IP header, such as 132 for SCTP.</param>
    public static Socket Open(int protocol)
    {
        const int AfInet = 2, SockRaw = 3, CloseOnExec = 0x80000;
        var fd = socket(AfInet, SockRaw | CloseOnExec, protocol);
        return fd < 0 ? throw new SocketException(Marshal.GetLastPInvokeError()) : new Socket(new SafeSocketHandle(fd, ownsHandle: true));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);
}
