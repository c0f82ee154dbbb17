using Weir.Protocols.Tls;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>Lets TLS connections pass by the server's name that the client says in the clear. The handshake itself is between client and server.</summary>
internal static class ServerNameGate
{
    // A fatal alert "access_denied" (RFC 8446 §6): the client's own message then says more than that the connection was reset.
    private static readonly byte[] _accessDenied = [21, 3, 3, 0, 2, 2, 49];

    /// <summary>Reads the ClientHello, and passes the connection on or refuses it.</summary>
    public static async Task ServeAsync(ProxiedConnection connection)
    {
        connection.Allow(connection.Limits.HeadTimeout);
        TlsFault fault;
        string name;
        while ((fault = ClientHello.ReadServerName(connection.Read.Unread, out name)) == TlsFault.Incomplete)
        {
            var room = connection.Read.Room();
            var count = room.IsEmpty ? 0 : await connection.Client.ReadAsync(room);
            if (count == 0) break;
            connection.Read.Add(count);
        }

        var judge = new RequestJudge(connection);
        if (fault != TlsFault.None)
        {
            judge.RecordFault("TLS", 0);
            connection.Client.Abort();
            return;
        }

        if (judge.AllowsServerName(name))
        {
            await TunnelAsync(connection);
            return;
        }

        await connection.Client.WriteAsync(_accessDenied);
        connection.Client.EndWrites();
    }

    /// <summary>Joins client and server.</summary>
    private static async Task TunnelAsync(ProxiedConnection connection)
    {
        connection.Allow(connection.Limits.Idle);
        using var upstream = new Upstream(await connection.Connect(connection.Source, connection.Destination, connection.Stopping));
        await Tunnel.RunAsync(connection.Client, connection.Read, upstream.Wire, upstream.Read, () => connection.Allow(connection.Limits.Idle));
    }
}
