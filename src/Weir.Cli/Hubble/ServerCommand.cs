using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using Weir.Cli.Observe;
using Weir.Observe.Tls;

namespace Weir.Cli.Hubble;

/// <summary>A command that asks one observer one thing.</summary>
internal static class ServerCommand
{
    /// <summary>Asks, and prints the answer; returns the exit code.</summary>
    public delegate Task<int> Ask(AskedServer server, GrpcChannel channel, ParseResult parsed, DateTime deadline, CancellationToken cancellation);

    /// <summary>Makes such a command.</summary>
    public static Command Make(string name, string description, IReadOnlyList<Option> options, Ask ask)
    {
        var servers = new ServerOptions();
        var command = new Command(name, description);
        foreach (var option in options) command.Add(option);
        servers.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            AskedServer? server = null;
            try
            {
                var settings = Settings.Load();
                await using var reached = await servers.ReachAsync(parsed, settings, cancellation);
                server = reached.First;
                using var channel = server.Connect();
                return await ask(server, channel, parsed, TimeProvider.System.GetUtcNow().UtcDateTime + servers.RequestTimeout(parsed, settings), cancellation);
            }
            catch (UsageException e)
            {
                await error.WriteLineAsync($"weir {name}: {e.Message}");
                return CommandRun.Misused;
            }
            catch (Exception e) when (e is TlsException or IOException)
            {
                await error.WriteLineAsync($"weir {name}: {e.Message}");
                return 1;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested)
            {
                return 0;
            }
            catch (RpcException e)
            {
                await error.WriteLineAsync($"weir {name}: {server!.Explain(e)}");
                return 1;
            }
        });
        return command;
    }
}
