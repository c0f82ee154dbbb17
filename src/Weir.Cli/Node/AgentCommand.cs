using System.CommandLine;
using System.Globalization;
using Weir.Agent;
using Weir.Datapath;
using Weir.FlowLog.Node;
using Weir.Observe.Metrics;
using Weir.Observe.Tls;

namespace Weir.Cli.Node;

/// <summary><c>weir agent</c>: the process that enforces and observes on one node.</summary>
internal static class AgentCommand
{
    private static readonly Option<string> _node = new("--node") { Description = "The node's name", Required = true };
    private static readonly Option<string> _api = new("--api") { Description = "The Kubernetes API: unix:PATH, http://127.0.0.1:PORT, kubeconfig:PATH or in-cluster", Required = true };
    private static readonly Option<string> _run = new("--run") { Description = "The folder of its sockets and files", Required = true };
    private static readonly Option<string> _bpffs = new("--bpffs") { Description = "A bpffs mount, for what outlives the agent", DefaultValueFactory = _ => "/sys/fs/bpf" };
    private static readonly Option<string> _uplink = new("--uplink") { Description = "The interface to the other nodes", DefaultValueFactory = _ => "" };
    private static readonly Option<bool> _noProxy = new("--no-proxy") { Description = "Drop what policy wants a proxy to check; by default the proxy beside the agent gets it" };

    private static readonly Option<string> _log = new("--flow-log") { Description = "The file of the flows that ContainerNetworkLogs choose", DefaultValueFactory = _ => new LogFileOptions().Path };
    private static readonly Option<long> _logSize = new("--flow-log-bytes") { Description = "The size at which that file is rotated; four rotated ones are kept", DefaultValueFactory = _ => new LogFileOptions().MaxBytes };

    private static readonly Option<string> _hub = new("--hub") { Description = "Send those flows to a hub too: unix:PATH, host:port or tls://host:port", DefaultValueFactory = _ => "" };
    private static readonly Option<long> _spool = new("--spool-bytes") { Description = "How many bytes of flows to keep for a hub that is away; then the oldest go", DefaultValueFactory = _ => 256_000_000 };

    private static readonly Option<string> _observer = new("--observer-address") { Description = "Serve flows to relays here too: address:port, or :4244 for the node's first address", DefaultValueFactory = _ => "" };
    private static readonly Option<string> _certificates = new("--observer-certificates") { Description = "A folder with tls.crt, tls.key and ca.crt for that: then only clients of that CA are let in", DefaultValueFactory = _ => "" };

    private static readonly Option<uint> _ring = new("--event-ring-bytes") { Description = "Bytes of the kernel's ring of events, a power of two; what finds it full is lost and counted", DefaultValueFactory = _ => 8 * 1024 * 1024 };
    private static readonly Option<string[]> _tables = new("--table-entries") { Description = "How many entries tables of the kernel have, where not the default: NAME=ENTRIES, one an argument (docs/datapath-sizing.md)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> _metricsAddress = new("--metrics-address") { Description = "Serve metrics to Prometheus here too, to everybody: address:port (Hubble's port is 9965)", DefaultValueFactory = _ => "" };
    private static readonly Option<string[]> _metrics = new("--metrics") { Description = "What to measure, as Hubble's metrics.enabled: NAME:OPTION;OPTION=VALUE, one an argument; all with pods as context where none is given", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> _series = new("--metrics-series") { Description = "The most series that a family of flows may have; the rest is counted as 'other'", DefaultValueFactory = _ => new MetricsOptions().SeriesLimit };
    private static readonly Option<bool> _aliases = new("--metrics-aliases") { Description = "Expose the counters under Retina's names (networkobservability_) too" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("agent", "Enforce policy and observe flows on this node") { _node, _api, _run, _bpffs, _uplink, _noProxy, _log, _logSize, _hub, _spool, _observer, _certificates, _ring, _tables, _metricsAddress, _metrics, _series, _aliases };
        command.SetAction(RunAsync);
        return command;
    }

    private static MetricsOptions MetricsIn(ParseResult parsed)
    {
        var options = new MetricsOptions { SeriesLimit = parsed.GetValue(_series), Aliases = parsed.GetValue(_aliases) };
        try
        {
            return parsed.GetValue(_metrics) is { Length: > 0 } metrics ? options with { Metrics = [.. metrics.Select(MetricSpec.Parse)] } : options;
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"--metrics: {e.Message}", e);
        }
    }

    private static Dictionary<string, uint> TablesIn(ParseResult parsed)
    {
        var tables = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(_tables) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !uint.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var entries))
                throw new ArgumentException($"--table-entries '{text}' is no NAME=ENTRIES; give for example weir_ipcache=200000.");
            tables[text[..equals]] = entries;
        }

        return tables;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var logs = NodeLogs.Create();
        try
        {
            await AgentHost.RunAsync(
                new AgentOptions
                {
                    NodeName = parsed.GetValue(_node)!,
                    Api = parsed.GetValue(_api)!,
                    RunFolder = parsed.GetValue(_run)!,
                    Bpffs = parsed.GetValue(_bpffs)!,
                    Uplink = parsed.GetValue(_uplink)!,
                    FlowLog = new LogFileOptions { Path = parsed.GetValue(_log)!, MaxBytes = parsed.GetValue(_logSize) },
                    Hub = parsed.GetValue(_hub)!,
                    SpoolBytes = parsed.GetValue(_spool),
                    UseProxy = !parsed.GetValue(_noProxy),
                    ObserverAddress = parsed.GetValue(_observer)!,
                    ObserverCertificates = parsed.GetValue(_certificates)!,
                    EventRingBytes = parsed.GetValue(_ring),
                    TableEntries = TablesIn(parsed),
                    MetricsAddress = parsed.GetValue(_metricsAddress)!,
                    Metrics = MetricsIn(parsed),
                },
                logs,
                cancellation);
            return 0;
        }
        catch (Exception e) when (e is DatapathException or ArgumentException or InvalidDataException or IOException or TlsException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir agent: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
    }
}
