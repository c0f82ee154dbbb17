using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Lab.Api.Streams.Spdy;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>
/// Connections to a pod's own loopback, for a client: each is a pair of streams with the same <c>requestid</c>, one for its bytes and one
/// for what goes wrong.
/// </summary>
internal sealed class PortForward(SpdyConnection connection, IPodSandbox sandbox, string pod)
{
    private readonly Dictionary<string, SpdyStream> _waiting = new(StringComparer.Ordinal);

    /// <summary>Forwards until the client goes.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone, stopping);
        var running = new List<Task>();
        try
        {
            await foreach (var stream in connection.Accepted.ReadAllAsync(over.Token))
            {
                running.RemoveAll(task => task.IsCompleted);
                if (Pair(stream) is var (errors, data)) running.Add(ForwardAsync(errors, data, over.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The lab stops, or the client is gone.
        }

        await over.CancelAsync();
        await Task.WhenAll(running);
    }

    private (SpdyStream Errors, SpdyStream Data)? Pair(SpdyStream stream)
    {
        var request = stream.Header("requestid");
        if (!_waiting.Remove(request, out var other))
        {
            _waiting[request] = stream;
            return null;
        }

        return stream.Header("streamtype") == "data" ? (other, stream) : (stream, other);
    }

    private async Task ForwardAsync(SpdyStream errors, SpdyStream data, CancellationToken cancellation)
    {
        try
        {
            if (await DialAsync(errors, data.Header("port"), cancellation) is not { } remote) return;
            await using (remote)
            {
                // Each way ends apart: a client that has said all may still be answered.
                var there = CopyAsync(data.Input, bytes => remote.WriteAsync(bytes, cancellation), cancellation);
                var back = CopyAsync(remote, data.WriteAsync, cancellation);
                await await Task.WhenAny(there, back);
                if (!back.IsCompleted && remote is NetworkStream socket) socket.Socket.Shutdown(SocketShutdown.Send);
                await back;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two ends broke the connection; the other sees it end.
        }
        finally
        {
            await EndAsync(data, errors);
        }
    }

    private async Task<Stream?> DialAsync(SpdyStream errors, string port, CancellationToken cancellation)
    {
        var why = "port is not between 1 and 65535";
        if (ushort.TryParse(port, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            foreach (var loopback in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
            {
                try
                {
                    return await sandbox.ConnectAsync(new IPEndPoint(loopback, number), cancellation);
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    why = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "connection refused" : e.Message;
                }
            }
        }

        await errors.WriteAsync(Encoding.UTF8.GetBytes($"error forwarding port {port} to pod {pod}: failed to connect to localhost:{port} inside its network namespace: {why}"));
        return null;
    }

    private static async Task EndAsync(params IEnumerable<SpdyStream> streams)
    {
        try
        {
            foreach (var stream in streams) await stream.FinishAsync();
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }

    private static async Task CopyAsync(Stream from, Func<ReadOnlyMemory<byte>, ValueTask> to, CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read) await to(buffer.AsMemory(0, read));
    }
}
