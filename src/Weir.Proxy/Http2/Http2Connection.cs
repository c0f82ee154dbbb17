using Weir.Protocols.Http2;
using Weir.Proxy.Http;

namespace Weir.Proxy.Http2;

/// <summary>
/// Serves a client that speaks HTTP/2 by prior knowledge: one connection of it is one connection to the server, with the same streams, and
/// each request is judged by itself.
/// </summary>
internal static class Http2Connection
{
    /// <summary>Waits until it is told whether the client speaks HTTP/2: whether its first bytes are the preface.</summary>
    public static async ValueTask<bool> IsSpokenAsync(ProxiedConnection connection)
    {
        connection.Allow(connection.Limits.Idle);
        while (true)
        {
            var unread = connection.Read.Unread;
            if (unread.Length >= Frame.Preface.Length) return unread.StartsWith(Frame.Preface);
            if (!unread.IsEmpty && !Frame.Preface.StartsWith(unread)) return false;
            var isFirst = unread.IsEmpty;
            var count = await connection.Client.ReadAsync(connection.Read.Room());
            if (count == 0) return false;
            if (isFirst) connection.Allow(connection.Limits.HeadTimeout);
            connection.Read.Add(count);
        }
    }

    /// <summary>Serves the connection to its end. The preface is there, and unread.</summary>
    public static async Task ServeAsync(ProxiedConnection connection, RequestJudge judge)
    {
        using var upstream = new Upstream(await connection.Connect(connection.Source, connection.Destination, connection.Stopping));
        connection.Read.Consume(Frame.Preface.Length);
        await upstream.Wire.WriteAsync(Frame.Preface.ToArray());
        var streams = new StreamTable(connection.Limits.MaxStreams);
        using var toServer = new FrameSink(upstream.Wire);
        using var toClient = new FrameSink(connection.Client);
        using var server = new ServerFrames(connection, judge, streams, upstream.Wire, upstream.Read, toClient, toServer);
        using var client = new ClientFrames(connection, judge, streams, connection.Client, connection.Read, toServer, toClient, server.IsKnown);
        var there = client.RunAsync();
        var back = server.RunAsync();
        var first = await Task.WhenAny(there, back);
        var (other, otherWire) = first == there ? (back, upstream.Wire) : (there, connection.Client);
        if (await first)
        {
            // What is on its way may still arrive; the deadline ends the client's side, and with it this.
            otherWire.EndWrites();
            if (first == there) await Task.WhenAny(other, Task.Delay(connection.Limits.Linger, connection.Time, connection.Stopping));
        }

        // A connection that is given up says why (GOAWAY) before it ends.
        connection.Client.EndWrites();
        upstream.Wire.Abort();
        if (!there.IsCompleted) connection.Client.Abort();
        await Task.WhenAll(there, back);
    }
}
