using System.CommandLine;
using System.Text.Json.Nodes;
using Grpc.Core;
using Weir.Cli.Observe;
using Weir.Cli.Store;
using Weir.FlowLog.Selection;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;
using Weir.Policy.Documents;

namespace Weir.Cli.Logs;

/// <summary><c>weir logs</c>: what ContainerNetworkLogs mean, before they are applied.</summary>
internal static class LogsCommand
{
    private static readonly ServerOptions _servers = new();
    private static readonly Option<string> _file = new("--file", "-f") { Description = "The ContainerNetworkLog, YAML", Required = true };
    private static readonly Option<string[]> _saved = new("--from") { Description = "Estimate from these events.log files, and not from the flows of a cluster", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<ulong> _last = new("--last") { Description = "How many of each observer's last flows to look at", DefaultValueFactory = _ => 100_000 };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var estimate = new Command("estimate", "Tell how many rows and bytes a day a ContainerNetworkLog would make, by the flows of late") { _file, _saved, _last };
        _servers.AddTo(estimate);
        ExampleHelp.AddTo(estimate, "weir logs estimate -f container-network-log.yaml", "weir logs estimate -f container-network-log.yaml --from events.log");
        estimate.SetAction(EstimateAsync);
        return new Command("logs", "Look after flow logs") { estimate };
    }

    private static async Task<int> EstimateAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            using var estimate = new LogEstimate(Filters(parsed.GetValue(_file)!));
            if (parsed.GetValue(_saved) is { Length: > 0 } files)
            {
                foreach (var flow in files.SelectMany(SavedLog.Read)) estimate.Add(flow);
            }
            else
            {
                await using var servers = await _servers.ReachAsync(parsed, Settings.Load(), cancellation);
                foreach (var server in servers.All) await AskAsync(server, parsed.GetValue(_last), estimate, cancellation);
            }

            foreach (var line in estimate.Lines()) await output.WriteLineAsync(line);
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or UsageException or TlsException)
        {
            await error.WriteLineAsync($"weir logs estimate: {e.Message}");
            return e is UsageException ? CommandRun.Misused : 1;
        }
    }

    private static async Task AskAsync(AskedServer server, ulong last, LogEstimate estimate, CancellationToken cancellation)
    {
        try
        {
            using var channel = server.Connect();
            using var call = new Observer.ObserverClient(channel).GetFlows(new GetFlowsRequest { Number = last }, server.Headers, cancellationToken: cancellation);
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
                if (response.Flow is { } flow) estimate.Add(MessageFlow.Of(flow));
        }
        catch (RpcException e)
        {
            throw new IOException(server.Explain(e), e);
        }
    }

    private static List<LogFilter> Filters(string file)
    {
        if (!File.Exists(file)) throw new UsageException($"{file} does not exist.");
        var faults = new List<PolicyProblem>();
        var documents = YamlNodes.Read(File.ReadAllText(file), faults).ToList();
        if (faults.Count > 0) throw new UsageException($"{file}: {faults[0]}");
        var filters = new List<LogFilter>();
        foreach (var document in documents.Select(YamlText.ToJson).OfType<JsonObject>().Where(d => (string?)d["kind"] is "ContainerNetworkLog" or "RetinaNetworkFlowLog"))
        {
            filters.AddRange(LogReader.Read(document, out var wrong));
            if (wrong.Count > 0) throw new UsageException($"{file}: {string.Join(" ", wrong)}");
        }

        return filters.Count > 0 ? filters : throw new UsageException($"{file} has no ContainerNetworkLog.");
    }
}
