using System.CommandLine;
using Google.Protobuf;
using Weir.Observe.Filters;
using Weir.Observe.Printing;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary><c>weir observe</c>: shows flows, with the flags and the output of <c>hubble observe</c> 1.19.</summary>
internal sealed class ObserveCommand
{
    // What is visible in the formats for people; the rest need not travel.
    private static readonly string[] _visible =
    [
        "time", "verdict", "ethernet", "IP", "l4", "source.identity", "source.namespace", "source.pod_name", "destination.identity",
        "destination.namespace", "destination.pod_name", "Type", "node_name", "l7", "event_type", "source_service", "destination_service",
        "is_reply", "Summary", "ip_trace_id",
    ];

    private readonly FilterOptions _filters = new();
    private readonly ServerOptions _servers = new();
    private readonly EventOptions _events = new();
    private readonly Option<bool> _policyNames = new("--print-policy-names") { Description = "Name the policies behind a policy verdict" };
    private readonly Option<bool> _rule = new("--rule") { Description = "Print the rule that decided, such as pets/allow-order ingress[0]" };
    private readonly Option<bool> _why = new("--why") { Description = "Explain each drop in a line" };
    private readonly Option<bool> _numeric = new("--numeric") { Description = "Print addresses, not names" };
    private readonly Option<bool> _translate = new("--ip-translation") { Description = "Print names of pods, services and DNS for addresses", DefaultValueFactory = _ => true };
    private readonly Option<string> _colour = new("--color") { Description = "auto, always or never", DefaultValueFactory = _ => "auto" };
    private readonly Option<string[]> _mask = new("--field-mask") { Description = "The fields to ask for, parted by commas (json only)" };
    private readonly Option<bool> _defaultMask = new("--use-default-field-masks") { Description = "Ask only for the fields that the format shows" };
    private readonly Option<bool> _raw = new("--print-raw-filters") { Description = "Print the filters that the flags stand for, and ask nobody" };
    private readonly Option<string?> _input = new("--input-file") { Description = "Read flows that were saved with -o json; - is the standard input" };
    private readonly Option<bool> _debug = new("--debug", "-D") { Description = "Print news of nodes that are well, too" };

    private ObserveCommand()
    {
    }

    /// <summary>Makes the command, with its sub-commands.</summary>
    public static Command Create()
    {
        var command = new ObserveCommand().Make("observe", "Show the flows of a node, a cluster or the lab, with the verdict and the rule that decided");
        command.Add(new ObserveCommand().Make("flows", "Show flows (what observe does without a sub-command)"));
        command.Add(AgentEventsCommand.Create());
        command.Add(AgentEventsCommand.CreateDebug());
        return command;
    }

    private Command Make(string name, string description)
    {
        var command = new Command(name, description);
        _events.AddTo(command, FlowPrinter.Formats);
        foreach (var option in (Option[])[_policyNames, _rule, _why, _numeric, _translate, _colour, _mask, _defaultMask, _raw, _input, _debug]) command.Add(option);
        foreach (var option in _filters.All) command.Add(option);
        _servers.AddTo(command);
        ExampleHelp.AddTo(
            command,
            "weir observe -f --verdict DROPPED --why",
            "weir observe --pod pets/order-service --not --port 53 -o json > flows.json",
            "weir observe --input-file flows.json --protocol http");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (_events.IsSilent(parsed)) error = TextWriter.Null;
        try
        {
            var input = parsed.GetValue(_input);
            var (white, black) = _filters.Compile(parsed);
            var request = FlowRequest.Build(white, black, _events.Choose(parsed, input is not null), TimeProvider.System);
            if (parsed.GetValue(_raw))
            {
                PrintRaw(output, request);
                return 0;
            }

            var format = _events.Format(parsed);
            var printer = FlowPrinter.Of(format, Print(parsed), output, error) ?? throw new UsageException($"invalid output format: {format}");
            if (printer is TablePrinter && request.Follow) throw new UsageException("table output format is not compatible with follow mode");
            SetMask(request, parsed, printer is JsonPrinter, format);
            if (input is not null)
            {
                using var file = input == "-" ? Console.In : File.OpenText(input);
                return await SavedFlows.PrintAsync(file, request, printer, error, cancellation);
            }

            await using var servers = await _servers.ReachAsync(parsed, Settings.Load(), ReachesBack(request) ? ObserverServers.FindOlder : ObserverServers.Find, cancellation);
            if (servers.All.Any(ObserverServers.IsSimulated))
                await error.WriteLineAsync("weir observe: [simulated] these flows are of a simulated lab: no kernel saw them.");
            return await FlowReader.ReadAsync(servers.All, request, printer, error, cancellation);
        }
        catch (Exception e) when (e is UsageException or FilterException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir observe: {e.Message}");
            return CommandRun.Misused;
        }
        catch (Exception e) when (e is TlsException or IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir observe: {e.Message}");
            return 1;
        }
    }

    // The last N are the nodes'; of a time, or the first N, they may have no more.
    private static bool ReachesBack(GetFlowsRequest request) => request.First || (request.Number == 0 && (request.Since is not null || request.Until is not null));

    private PrintOptions Print(ParseResult parsed) => new()
    {
        PrintNode = _events.PrintsNode(parsed),
        PrintPolicyNames = parsed.GetValue(_policyNames),
        PrintRule = parsed.GetValue(_rule),
        Explain = parsed.GetValue(_why),
        TranslateAddresses = parsed.GetValue(_translate) && !parsed.GetValue(_numeric),
        TimeFormat = _events.TimeFormat(parsed),
        Debug = parsed.GetValue(_debug),
        Colour = parsed.GetValue(_colour) switch
        {
            "always" => true,
            "never" => false,
            "auto" => !Console.IsOutputRedirected && ReferenceEquals(parsed.InvocationConfiguration.Output, Console.Out) && Environment.GetEnvironmentVariable("NO_COLOR") is null,
            var other => throw new UsageException($"--color: '{other}' is not known; give auto, always or never."),
        },
    };

    private void SetMask(GetFlowsRequest request, ParseResult parsed, bool isJson, string format)
    {
        var given = (parsed.GetValue(_mask) ?? []).SelectMany(m => m.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        if (given.Length > 0 && !isJson) throw new UsageException($"{format} output format is not compatible with custom field mask");
        if (given.Length == 0 && (isJson || !parsed.GetValue(_defaultMask))) return;
        request.FieldMask = new Google.Protobuf.WellKnownTypes.FieldMask();
        request.FieldMask.Paths.AddRange(given.Length > 0 ? given : _visible);
    }

    private static void PrintRaw(TextWriter output, GetFlowsRequest request)
    {
        foreach (var (name, filters) in (ReadOnlySpan<(string, IEnumerable<IMessage>)>)[("allowlist", request.Whitelist), ("denylist", request.Blacklist)])
        {
            var texts = filters.Select(HubbleJson.Of).ToList();
            if (texts.Count == 0) continue;
            output.Write($"{name}:\n");
            foreach (var text in texts) output.Write($"    - '{text.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }
    }
}
