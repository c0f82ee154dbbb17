using Microsoft.AspNetCore.Connections;

namespace Weir.Observe.Server;

/// <summary>Notices clients that leave after the TLS handshake without a word.</summary>
/// <remarks>
/// With TLS 1.3 a client judges the server's certificate when the handshake is over for the server: one that does not like it
/// just goes, and the web server sees nothing wrong.
/// </remarks>
internal static class SilentClient
{
    /// <summary>Waits for a connection's first bytes, which are left for who reads next.</summary>
    public static async Task ListenAsync(ConnectionContext connection, ConnectionDelegate next, Action<string> report)
    {
        try
        {
            var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
            var isSilent = first.IsCompleted && first.Buffer.IsEmpty;
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            if (isSilent) Report();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionResetException)
        {
            Report();
        }

        await next(connection);

        void Report() => report(
            $"A client at {connection.RemoteEndPoint} left after the TLS handshake without asking anything: it does not trust this server's certificate, or expects another name.");
    }
}
