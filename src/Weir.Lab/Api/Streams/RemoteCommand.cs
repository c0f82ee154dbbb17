using System.Text.Json.Nodes;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>Joins a client's channels with a program's streams until the program ends or the client is gone.</summary>
internal static class RemoteCommand
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="channels">The client.</param>
    /// <param name="session">The program.</param>
    /// <param name="wanted">Which streams the client asked for.</param>
    /// <param name="tellsExitCode">Whether the client is told how the program ended: for exec, not for attach.</param>
    /// <param name="stopping">Ends it with the server.</param>
    public static async Task RunAsync(IRemoteChannels channels, ContainerSession session, StreamChoice wanted, bool tellsExitCode, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channels.Gone, stopping);
        channels.Window.Changed = session.Resize;
        var typing = wanted.Input && session.Input is { } input ? TypeAsync(channels, session, input, over.Token) : Task.CompletedTask;
        try
        {
            var output = CopyAsync(session.Output, wanted.Output ? bytes => channels.WriteAsync(isError: false, bytes) : null, over.Token);
            var error = CopyAsync(session.Error ?? Stream.Null, wanted.Error ? bytes => channels.WriteAsync(isError: true, bytes) : null, over.Token);
            await Task.WhenAll(output, error);
            var code = await session.WaitAsync(over.Token);
            await channels.FinishAsync(tellsExitCode ? Status(code) : Success());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Nobody is left to tell.
        }
        finally
        {
            channels.Window.Changed = null;
            await over.CancelAsync();
            await typing;
        }
    }

    /// <summary>The end of a command, as Kubernetes says it.</summary>
    public static JsonObject Status(int exitCode)
    {
        if (exitCode == 0) return Success();
        var code = exitCode.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: exit status {code}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code }) },
        };
    }

    private static JsonObject Success() => new() { ["metadata"] = new JsonObject(), ["status"] = "Success" };

    private static async Task TypeAsync(IRemoteChannels channels, ContainerSession session, Stream input, CancellationToken cancellation)
    {
        try
        {
            await CopyAsync(channels.Input, bytes => WriteAsync(input, bytes, cancellation), cancellation);
            session.CloseInput();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program reads no more, or is over.
        }
    }

    private static async ValueTask WriteAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await to.WriteAsync(bytes, cancellation);
        await to.FlushAsync(cancellation);
    }

    private static async Task CopyAsync(Stream from, Func<ReadOnlyMemory<byte>, ValueTask>? to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (to is not null) await to(buffer.AsMemory(0, read));
        }
    }
}
