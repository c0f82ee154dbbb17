using System.Diagnostics;
using Weir.Protocols.Tls;

namespace Weir.Fuzz;

/// <summary>The reader of TLS hellos: whatever the bytes, it may not throw, and more of them never change an answer that was given.</summary>
internal static class ServerNameTarget
{
    public static void Run(byte[] bytes)
    {
        var fault = ClientHello.ReadServerName(bytes, out var name);
        var early = ClientHello.ReadServerName(bytes.AsSpan(0, bytes.Length / 2), out var before);
        if (early == TlsFault.None && (fault != TlsFault.None || name != before)) throw new UnreachableException("More bytes gave another name.");
    }
}
