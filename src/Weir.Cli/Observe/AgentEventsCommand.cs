using System.CommandLine;
using Grpc.Core;
using Weir.Observe.Printing;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary><c>weir observe agent-events</c>: what an agent did to its node.</summary>
internal static class AgentEventsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => Make("agent-events", "Show what the agent of a node did: policies, pods, addresses, services", async (server, choice, print, cancellation) =>
    {
        var flows = FlowRequest.Build([], [], choice, TimeProvider.System);
        var request = new GetAgentEventsRequest { Number = flows.Number, Follow = flows.Follow, First = flows.First, Since = flows.Since, Until = flows.Until };
        using var channel = server.Connect();
        using var call = new Observer.ObserverClient(channel).GetAgentEvents(request, server.Headers, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation)) print(call.ResponseStream.Current);
    });

    /// <summary>Makes the command about debug events, which Weir's nodes have none of.</summary>
    public static Command CreateDebug() => Make("debug-events", "Show the datapath's debug events (Weir's nodes have none)", async (server, choice, _, cancellation) =>
    {
        using var channel = server.Connect();
        using var call = new Observer.ObserverClient(channel).GetDebugEvents(new GetDebugEventsRequest { Follow = choice.Follow }, server.Headers, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            // Those of a node of another make are not printed: their words are that node's own.
        }
    });

    private static Command Make(
        string name, string description, Func<AskedServer, FlowRequest.Choice, Action<GetAgentEventsResponse>, CancellationToken, Task> ask)
    {
        var (events, servers) = (new EventOptions(), new ServerOptions());
        var command = new Command(name, description);
        events.AddTo(command, ["compact", "dict", "json", "table"]);
        servers.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            AskedServer? server = null;
            try
            {
                await using var reached = await servers.ReachAsync(parsed, Settings.Load(), cancellation);
                server = reached.First;
                var table = new TextTable();
                var lines = 0;
                await ask(server, events.Choose(parsed, isSaved: false), happened => Print(happened, events, parsed, output, table, lines++), cancellation);
                output.Write(table.ToString());
                return 0;
            }
            catch (UsageException e)
            {
                await error.WriteLineAsync($"weir observe {name}: {e.Message}");
                return CommandRun.Misused;
            }
            catch (Exception e) when (e is TlsException or IOException)
            {
                await error.WriteLineAsync($"weir observe {name}: {e.Message}");
                return 1;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested)
            {
                return 0;
            }
            catch (RpcException e)
            {
                await error.WriteLineAsync($"weir observe {name}: {server!.Explain(e)}");
                return 1;
            }
        });
        return command;
    }

    private static void Print(GetAgentEventsResponse happened, EventOptions options, ParseResult parsed, TextWriter output, TextTable table, int line)
    {
        var time = TimeText.Of(happened.Time, options.TimeFormat(parsed));
        var (type, details) = (AgentEventText.TypeOf(happened.AgentEvent), AgentEventText.DetailsOf(happened.AgentEvent, options.TimeFormat(parsed)));
        string[] node = options.PrintsNode(parsed) ? [happened.NodeName] : [];
        switch (options.Format(parsed))
        {
            case "compact":
                output.Write($"{time}{(node.Length > 0 ? $" [{node[0]}]" : "")}: {type} ({details})\n");
                break;
            case "dict":
                output.Write((line == 0 ? "" : "------------\n") + $"  TIMESTAMP: {time}\n{(node.Length > 0 ? $"       NODE: {node[0]}\n" : "")}       TYPE: {type}\n    DETAILS: {details}\n");
                break;
            case "json" or "jsonpb":
                output.Write(HubbleJson.Of(happened) + "\n");
                break;
            case "tab" or "table":
                if (line == 0) table.Add([.. (string[])["TIMESTAMP"], .. node.Length > 0 ? (string[])["NODE"] : [], "TYPE", "DETAILS"]);
                table.Add([time, .. node, type, details]);
                break;
            case var other:
                throw new UsageException($"invalid output format: {other}");
        }
    }
}
