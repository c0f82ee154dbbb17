using System.CommandLine;
using Weir.Cli.Lab;

namespace Weir.Cli.Observe;

/// <summary><c>weir observe</c>: shows flows, in Hubble's words.</summary>
internal static class ObserveCommand
{
    private static readonly Option<string[]> _server = new("--server")
    {
        Description = "Observers to ask, each unix:PATH. Default: those of the lab that runs on this machine",
    };

    private static readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with flows as they come" };
    private static readonly Option<ulong?> _last = new("--last") { Description = "The last N flows that match (default 20, without --follow)" };
    private static readonly Option<ulong?> _first = new("--first") { Description = "The first N flows that match" };
    private static readonly Option<bool> _all = new("--all") { Description = "Every flow that the nodes still hold" };
    private static readonly Option<string?> _since = new("--since") { Description = "From this time on: 5m, 1h30m, or 2026-03-01T10:00:00Z" };
    private static readonly Option<string?> _until = new("--until") { Description = "Up to this time: as --since" };
    private static readonly Option<string> _output = new("--output", "-o")
    {
        Description = "compact or json (one Hubble response a line)",
        DefaultValueFactory = _ => "compact",
    };

    private static readonly Option<bool> _policyNames = new("--print-policy-names") { Description = "Print the policies that decided" };
    private static readonly Option<bool> _nodeName = new("--print-node-name") { Description = "Print the node's name" };
    private static readonly Option<bool> _numeric = new("--numeric") { Description = "Print addresses, not names" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _output.AcceptOnlyFromAmong("compact", "json", "jsonpb");
        var command = new Command("observe", "Show the flows of a node or of the lab, with the verdict and the rule that decided")
        {
            _server, _follow, _last, _first, _all, _since, _until, _output, _policyNames, _nodeName, _numeric,
        };
        foreach (var option in FilterOptions.All) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            var request = FlowRequest.Build(
                FilterOptions.Compile(parsed),
                new FlowRequest.Choice(
                    parsed.GetValue(_follow), parsed.GetValue(_last), parsed.GetValue(_first), parsed.GetValue(_all),
                    parsed.GetValue(_since), parsed.GetValue(_until)),
                TimeProvider.System);
            var servers = ObserverServers.Find(parsed.GetValue(_server) ?? []);
            if (servers.Any(server => server.StartsWith(LabFiles.SimulatedRunFolder, StringComparison.Ordinal)))
                await error.WriteLineAsync("weir observe: [simulated] these flows are of a simulated lab: no kernel saw them.");
            var output = parsed.InvocationConfiguration.Output;
            IFlowWriter writer = parsed.GetValue(_output) == "compact"
                ? new CompactWriter(output, new Weir.Observe.Hubble.CompactOptions
                {
                    PrintNode = parsed.GetValue(_nodeName),
                    PrintPolicyNames = parsed.GetValue(_policyNames),
                    TranslateAddresses = !parsed.GetValue(_numeric),
                })
                : new JsonWriter(output);
            return await FlowReader.ReadAsync(servers, request, writer, error, cancellation);
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"weir observe: {e.Message}");
            return 2;
        }
    }
}
