using System.Net;
using System.Net.Sockets;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.Probes;

/// <summary>Opens a connection, with the options and messages of BusyBox's nc: -z scan, -v talk, -w seconds, -u UDP, -n no names.</summary>
internal static class Netcat
{
    private static readonly Dictionary<string, string> s_none = [];

    /// <summary>Runs it.</summary>
    /// <returns>0 when the port was open, else 1.</returns>
    public static async Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var options = Options.Parse(context.Arguments, "zvnuw:", s_none);
        try
        {
            if (options.Problem is { } problem) throw new ProbeException(problem);
            if (options.Operands is not [var host, var portText]) throw new ProbeException("give a host and a port: nc [-zvnu] [-w SEC] HOST PORT");
            if (!ushort.TryParse(portText, out var port) || port == 0) throw new ProbeException($"bad port '{portText}'");
            TimeSpan? wait = null;
            if (options.Value("w") is { } text)
                wait = uint.TryParse(text, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : throw new ProbeException($"invalid number '{text}'");

            var resolution = await new StubResolver(context).ResolveAsync(host, cancellation);
            if (resolution.Fault != ResolveFault.None) throw new ProbeException($"bad address '{host}'");
            var remote = new IPEndPoint(resolution.Addresses[0], port);
            return options.Has("u")
                ? await TalkUdpAsync(context, options, host, remote, wait, cancellation)
                : await TalkTcpAsync(context, options, host, remote, wait, cancellation);
        }
        catch (ProbeException e)
        {
            context.Error($"nc: {e.Message}\n");
            return e.ExitCode;
        }
    }

    private static async Task<int> TalkTcpAsync(AppletContext context, Options options, string host, IPEndPoint remote, TimeSpan? wait, CancellationToken cancellation)
    {
        using var limit = wait is { } patience ? new CancellationTokenSource(patience, context.Time) : new CancellationTokenSource();
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        Stream stream;
        try
        {
            stream = await context.Network.ConnectTcpAsync(remote, connecting.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ProbeException($"{host} ({remote}): Operation timed out");
        }
        catch (SocketException e)
        {
            throw new ProbeException($"{host} ({remote}): {ConnectionFault.TextOf(e.SocketErrorCode)}");
        }

        await using (stream)
        {
            if (options.Has("v")) context.Error($"{host} ({remote}) open\n");
            if (options.Has("z")) return 0;
            await RelayAsync(context, stream, cancellation);
            return 0;
        }
    }

    /// <summary>Standard input goes out, what comes goes to standard output, until the peer closes.</summary>
    private static async Task RelayAsync(AppletContext context, Stream stream, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = context.Input.CopyToAsync(stream, stop.Token);
        try
        {
            await stream.CopyToAsync(context.Output, cancellation);
        }
        catch (IOException)
        {
            throw new ProbeException("read error: Connection reset by peer");
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task<int> TalkUdpAsync(AppletContext context, Options options, string host, IPEndPoint remote, TimeSpan? wait, CancellationToken cancellation)
    {
        using var socket = context.Network.OpenUdp(0);
        if (options.Has("v")) context.Error($"{host} ({remote}) open\n");
        var buffer = new byte[64 * 1024];
        var length = options.Has("z") ? 0 : await context.Input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        await socket.SendAsync(buffer.AsMemory(0, length), remote, cancellation);
        if (options.Has("z")) return 0;
        using var limit = new CancellationTokenSource(wait ?? TimeSpan.FromSeconds(2), context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var (received, _) = await socket.ReceiveAsync(buffer, stop.Token);
            await context.Output.WriteAsync(buffer.AsMemory(0, received), cancellation);
            return 0;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return 1;
        }
    }
}
