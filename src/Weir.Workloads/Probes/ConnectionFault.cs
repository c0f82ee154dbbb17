using System.Net.Sockets;

namespace Weir.Workloads.Probes;

/// <summary>Socket errors in the words of musl's strerror, which the probes' messages show.</summary>
internal static class ConnectionFault
{
    /// <summary>The words for an error.</summary>
    public static string TextOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.TimedOut => "Operation timed out",
        SocketError.HostUnreachable => "Host is unreachable",
        SocketError.NetworkUnreachable => "Network unreachable",
        SocketError.ConnectionReset => "Connection reset by peer",
        SocketError.AccessDenied => "Operation not permitted",
        _ => error.ToString(),
    };
}
