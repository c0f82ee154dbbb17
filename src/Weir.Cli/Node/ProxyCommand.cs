using System.CommandLine;
using Weir.Datapath;
using Weir.Proxy;

namespace Weir.Cli.Node;

/// <summary><c>weir proxy</c>: the process beside the agent that redirected connections are handed to.</summary>
internal static class ProxyCommand
{
    private static readonly Option<string> _run = new("--run") { Description = "The folder that the agent of the node uses", Required = true };

    private static readonly Option<string> _node = new("--node") { Description = "The node's name, as the agent's", Required = true };
    private static readonly Option<string> _bpffs = new("--bpffs") { Description = "The bpffs mount that the agent uses", DefaultValueFactory = _ => "/sys/fs/bpf" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("proxy", "Hold the requests that policy redirects on this node to its rules") { _run, _node, _bpffs };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                using var logs = NodeLogs.Create();
                using var tables = new KernelNameTable(parsed.GetValue(_bpffs)!, parsed.GetValue(_node)!);
                await ProxyHost.RunAsync(
                    new ProxyOptions { RunDirectory = parsed.GetValue(_run)! }, tables, logs.CreateLogger("Weir.Proxy"), new Weir.Proxy.Relay.RelayCounters(),
                    TimeProvider.System, cancellation);
                return 0;
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ArgumentException or DatapathException)
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
