using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Weir.Lab.Front;

/// <summary>Picks ports of 127.0.0.1 that stay ours: below those that the kernel gives to outgoing connections (32768 and up).</summary>
/// <remarks>One of those could be taken while a lab is started again; worse, a client that tries it meanwhile may connect to itself.</remarks>
internal static class LoopbackPorts
{
    private const int First = 20_000;
    private const int End = 32_768;

    /// <summary>A free port.</summary>
    /// <param name="wanted">The one to prefer; 0 for none.</param>
    public static int Free(int wanted)
    {
        for (var port = wanted; ; port = RandomNumberGenerator.GetInt32(First, End))
            if (port != 0 && IsFree(port)) return port;
    }

    /// <summary>The port, if it is free.</summary>
    /// <exception cref="LabException">It is not.</exception>
    public static int Check(int port) =>
        IsFree(port) ? port : throw new LabException($"Port {port} of 127.0.0.1 is taken; give another with --port, or 0 for any free one.");

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
