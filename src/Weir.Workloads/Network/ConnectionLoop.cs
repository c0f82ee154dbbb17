using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Workloads.Network;

/// <summary>Accepts connections and serves each at the same time as the others; one that fails ends alone.</summary>
internal static class ConnectionLoop
{
    /// <summary>Runs until cancelled.</summary>
    public static async Task RunAsync(ITcpListener listener, Func<AcceptedConnection, CancellationToken, Task> serve, CancellationToken cancellation)
    {
        while (true)
        {
            AcceptedConnection connection;
            try
            {
                connection = await listener.AcceptAsync(cancellation);
            }
            catch (SocketException) when (!cancellation.IsCancellationRequested)
            {
                continue; // reset before we took it
            }

            _ = ServeAsync(connection, serve, cancellation);
        }
    }

    private static async Task ServeAsync(AcceptedConnection connection, Func<AcceptedConnection, CancellationToken, Task> serve, CancellationToken cancellation)
    {
        try
        {
            await using (connection.Stream) await serve(connection, cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // The peer went away or talked nonsense: its connection only.
        }
    }
}
