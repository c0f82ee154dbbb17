using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Workloads.Http;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.Roles;

/// <summary>How one service of the store talks to another: by name, with patience of 3 s for the whole exchange, a new connection each time.</summary>
internal sealed class ServiceCaller(AppletContext context)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>GET, or POST with a body; returns the answer's body.</summary>
    /// <exception cref="IOException">Unreachable, silent, or an answer of 400 and above.</exception>
    public Task<string> HttpAsync(string url, string? body, CancellationToken cancellation) => WithPatienceAsync(url, async stop =>
    {
        var to = HttpUrl.Parse(url)!;
        var call = new HttpCall(to, body is null ? "GET" : "POST", "pet-store")
        {
            Body = body is null ? null : Encoding.UTF8.GetBytes(body),
            Headers = ["Content-Type: application/json"],
        };
        await using var stream = await call.ConnectAsync(context.Network, await ResolveAsync(to.Host, stop), stop);
        await call.SendAsync(stream, stop);
        var reader = new WireReader(stream);
        var head = await HttpResponseHead.ReadAsync(reader, stop);
        if (head.Status >= 400) throw new IOException($"{url} answered {head.StatusLine}");
        using var received = new MemoryStream();
        await head.CopyBodyAsync(reader, received, stop);
        return Encoding.UTF8.GetString(received.ToArray());
    }, cancellation);

    /// <summary>Sends one line over TCP and reads one back.</summary>
    /// <exception cref="IOException">Unreachable or silent.</exception>
    public Task<string> LineAsync(string host, int port, string line, CancellationToken cancellation) => WithPatienceAsync($"{host}:{port}", async stop =>
    {
        await using var stream = await context.Network.ConnectTcpAsync(new IPEndPoint(await ResolveAsync(host, stop), port), stop);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop);
        return await new WireReader(stream).LineAsync(stop) ?? throw new IOException($"{host}:{port} closed the connection without an answer");
    }, cancellation);

    private async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
    {
        var resolution = await new StubResolver(context).ResolveAsync(host, cancellation);
        return resolution.Fault == ResolveFault.None ? resolution.Addresses[0] : throw new IOException($"{host}: {resolution.FaultText}");
    }

    private async Task<string> WithPatienceAsync(string what, Func<CancellationToken, Task<string>> exchange, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(s_patience, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await exchange(stop.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"{what}: no answer within {s_patience.TotalSeconds} s");
        }
        catch (SocketException e)
        {
            throw new IOException($"{what}: {e.SocketErrorCode}", e);
        }
        catch (InvalidDataException e)
        {
            throw new IOException($"{what}: {e.Message}", e);
        }
    }
}
