using System.CommandLine;
using Weir.Proxy;

namespace Weir.Cli.Node;

/// <summary><c>weir proxy</c>: the process beside the agent that redirected connections are handed to.</summary>
internal static class ProxyCommand
{
    private static readonly Option<string> _run = new("--run") { Description = "The folder that the agent of the node uses", Required = true };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("proxy", "Relay the connections that policy redirects on this node") { _run };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await ProxyHost.RunAsync(new ProxyOptions { RunDirectory = parsed.GetValue(_run)! }, new Weir.Proxy.Relay.RelayCounters(), TimeProvider.System, cancellation);
                return 0;
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ArgumentException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir proxy: {e.Message}");
                return 1;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return 0;
            }
        });
        return command;
    }
}
