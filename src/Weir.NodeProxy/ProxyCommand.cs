using System.CommandLine;
using System.Net.Sockets;
using Weir.Datapath;
using Weir.Proxy;
using Weir.Proxy.Relay;

namespace Weir.NodeProxy;

/// <summary>The command line of the process beside the agent that redirected connections are handed to: <c>weir proxy</c>, and <c>weir-proxy</c> by itself.</summary>
public static class ProxyCommand
{
    /// <summary>What it does.</summary>
    public const string Description = "Hold the requests that policy redirects on this node to its rules";

    private static readonly Option<string> _run = new("--run") { Description = "The folder that the agent of the node uses", Required = true };
    private static readonly Option<string> _node = new("--node") { Description = "The node's name, as the agent's", Required = true };
    private static readonly Option<string> _bpffs = new("--bpffs") { Description = "The bpffs mount that the agent uses", DefaultValueFactory = _ => "/sys/fs/bpf" };

    /// <summary>Gives a command these options and this work.</summary>
    /// <typeparam name="T">What kind of command.</typeparam>
    /// <param name="command">The command.</param>
    /// <returns>The same.</returns>
    public static T Complete<T>(T command)
        where T : Command
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[_run, _node, _bpffs, .. RedactionOptions.All]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (RedactionOptions.Problem(result) is { } problem) result.AddError(problem);
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var options = new ProxyOptions { RunDirectory = parsed.GetValue(_run)!, Redaction = RedactionOptions.Read(parsed) };
            using var tables = new KernelNameTable(parsed.GetValue(_bpffs)!, parsed.GetValue(_node)!);
            await ProxyHost.RunAsync(options, tables, new LineLog("Weir.Proxy", parsed.InvocationConfiguration.Output, TimeProvider.System), new RelayCounters(), TimeProvider.System, cancellation);
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException or InvalidOperationException or UnauthorizedAccessException or DatapathException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir proxy: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
    }
}
