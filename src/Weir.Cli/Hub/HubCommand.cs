using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Cli.Node;
using Weir.Cluster;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Hub;
using Weir.Hub.Metrics;
using Weir.Hub.Ui;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Tls;

namespace Weir.Cli.Hub;

/// <summary><c>weir hub</c>: the process that keeps a cluster's flows and answers about them.</summary>
internal static partial class HubCommand
{
    private static readonly Option<string> _run = new("--run") { Description = "The folder of its store, its socket and its certificates", Required = true };
    private static readonly Option<string> _listen = new("--listen") { Description = "Where the query APIs are served by TLS: address:port, port 0 for any", DefaultValueFactory = _ => "127.0.0.1:8443" };
    private static readonly Option<string[]> _names = new("--name") { Description = "A further name or address that callers use, for the certificate", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<double> _rawHours = new("--raw-hours") { Description = "How long single flows are kept before they become aggregates", DefaultValueFactory = _ => 24 };
    private static readonly Option<double> _days = new("--keep-days") { Description = "How long anything is kept", DefaultValueFactory = _ => 30 };
    private static readonly Option<long> _bytes = new("--keep-bytes") { Description = "How large the store may be; the oldest hours go first", DefaultValueFactory = _ => 50_000_000_000 };
    private static readonly Option<int> _storeMemory = new("--store-memory") { Description = "Memory for writing new flows, and as much again for merging older ones, in MiB", DefaultValueFactory = _ => 488 };
    private static readonly Option<int> _storeRows = new("--store-waiting-rows") { Description = "How many flows may wait to be written, some 200 bytes each; more make the nodes wait", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> _memory = new("--query-memory") { Description = "Memory for a query, in MiB", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> _threads = new("--query-threads") { Description = "Threads for a query", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> _seconds = new("--query-time") { Description = "How long a query may run, in seconds", DefaultValueFactory = _ => (int)QueryLimits.UsualTime.TotalSeconds };
    private static readonly Option<int> _rows = new("--query-rows") { Description = "How many rows may come out of a query", DefaultValueFactory = _ => 500_000 };
    private static readonly Option<int> _atOnce = new("--queries") { Description = "How many queries run at once; more wait", DefaultValueFactory = _ => 2 };

    private static readonly Option<string[]> _origins = new("--origin") { Description = "An origin whose pages may ask from a browser, besides https://dataexplorer.azure.com", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> _nodes = new("--node") { Description = "A node whose metrics are passed on: NAME=host:port of its agent's --metrics-address, or NAME=unix:PATH", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> _metrics = new("--metrics-listen") { Description = "Where metrics are served to Prometheus without TLS and token besides: address:port, such as 127.0.0.1:9966", DefaultValueFactory = _ => "" };
    private static readonly Option<string[]> _peerService = new("--peer-service") { Description = "Who lists the nodes whose flows the web UI shows live: host:port or unix:PATH of a node's observer; several are tried in turn", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> _peer = new("--peer") { Description = "Such a node, as NAME=ADDRESS, where nobody lists them", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> _peerTls = new("--tls-client") { Description = "A folder with tls.crt, tls.key and ca.crt, to speak TLS with the nodes" };
    private static readonly Option<string?> _peerName = new("--peer-service-name") { Description = "The name that the peer service's certificate has to have" };
    private static readonly Option<string?> _history = new("--history-listen") { Description = "Where older flows are told to relays besides DIR/history/history.sock, by TLS: address:port, such as 0.0.0.0:4246" };
    private static readonly Option<string?> _historyTls = new("--history-tls") { Description = "A folder with tls.crt, tls.key and ca.crt for that: show that certificate, and let in clients of that CA only" };
    private static readonly Option<string?> _api = new("--api") { Description = "The cluster's API, for the web UI's policies and pods: unix:PATH, kubeconfig:PATH, kubeconfig: or in-cluster" };
    private static readonly Option<Uri?> _prometheus = new("--prometheus") { Description = "A Prometheus for the web UI's dashboards, as http://host:9090; without one the hub keeps the samples of the last three hours itself", CustomParser = r => Uri.TryCreate(r.Tokens[0].Value, UriKind.RelativeOrAbsolute, out var uri) ? uri : null };
    private static readonly Option<string> _cluster = new("--cluster-name") { Description = "What the web UI calls the cluster", DefaultValueFactory = _ => "default" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("hub", "Keep a cluster's flows, answer about them in KQL as Kusto and as Log Analytics do, and serve the web UI")
        {
            _run, _listen, _names, _rawHours, _days, _bytes, _storeMemory, _storeRows, _memory, _threads, _seconds, _rows, _atOnce, _origins,
            _peerService, _peer, _peerTls, _peerName, _history, _historyTls, _api, _cluster, _prometheus, _nodes, _metrics,
        };
        ExampleHelp.AddTo(command, "weir hub --run /var/lib/weir-hub --listen 0.0.0.0:8443 --name hub.example.org", "weir hub --run /var/lib/weir-hub --peer-service 10.1.0.1:4244 --tls-client certs/hubble-relay-client-certs --api in-cluster", "weir hub --run /var/lib/weir-hub --history-listen 0.0.0.0:4246 --history-tls certs/hubble-relay-server-certs");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var logs = NodeLogs.Create();
        try
        {
            var folder = new HubFolder(Path.GetFullPath(parsed.GetValue(_run)!));
            if (!IPEndPoint.TryParse(parsed.GetValue(_listen)!, out var listen)) throw new UsageException($"--listen {parsed.GetValue(_listen)} is no address; give address:port.");
            using var api = parsed.GetValue(_api) is { } address ? KubernetesConnection.Open(address) : null;
            using var certificate = folder.Certificate(["localhost", "127.0.0.1", "::1", .. Specific(listen), .. parsed.GetValue(_names) ?? []], TimeProvider.System);
            var options = new HubOptions
            {
                Store = new StoreOptions
                {
                    Folder = folder.Store, RawAge = TimeSpan.FromHours(parsed.GetValue(_rawHours)), MaxAge = TimeSpan.FromDays(parsed.GetValue(_days)), MaxBytes = parsed.GetValue(_bytes),
                    MemoryBytes = parsed.GetValue(_storeMemory) * 1024L * 1024, MaxWaitingRows = parsed.GetValue(_storeRows),
                },
                IngestSocket = folder.Socket,
                History = History(parsed, folder, logs),
                Listen = listen,
                Certificate = certificate,
                Token = folder.Token(),
                Limits = new QueryLimits(parsed.GetValue(_memory), parsed.GetValue(_threads), Time: TimeSpan.FromSeconds(parsed.GetValue(_seconds)), Rows: parsed.GetValue(_rows)),
                QueriesAtOnce = parsed.GetValue(_atOnce),
                Origins = ["https://dataexplorer.azure.com", .. parsed.GetValue(_origins) ?? []],
                Ui = Ui(parsed, folder, api, logs),
                Nodes = [.. (parsed.GetValue(_nodes) ?? []).Select(MetricsNode.Parse)],
                MetricsListen = parsed.GetValue(_metrics)! is { Length: > 0 } at ? IPEndPoint.TryParse(at, out var scraped) ? scraped : throw new UsageException($"--metrics-listen {at} is no address; give address:port.") : null,
            };
            await using var hub = await HubServer.StartAsync(options, TimeProvider.System, logs, cancellation);
            var metrics = hub.MetricsAddress is { } page ? $"\nmetrics http://{page}/metrics" : "";
            await output.WriteLineAsync($"ui https://{hub.Address}/\nviewer-token {options.Ui.ViewerToken}\nnodes unix:{folder.Socket}\nhistory {string.Join(", ", [$"unix:{folder.HistorySocket}", .. hub.HistoryAddresses.Select(a => $"tls://{a}")])}\nkusto https://{hub.Address}\nloganalytics https://{hub.Address}/v1{metrics}\nca {folder.Authority}\ntoken {options.Token}");
            await output.FlushAsync(cancellation);
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or TlsException or IOException or InvalidDataException or UnauthorizedAccessException or UsageException)
        {
            await error.WriteLineAsync($"weir hub: {e.Message}");
            return e is UsageException or FormatException ? CommandRun.Misused : 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static ServerListeners History(ParseResult parsed, HubFolder folder, ILoggerFactory logs)
    {
        var report = logs.CreateLogger("Weir.Hub");
        var listeners = new ServerListeners { UnixSocket = folder.HistorySocket, Report = sentence => Log.Nodes(report, sentence) };
        if (parsed.GetValue(_history) is not { } text) return listeners;
        if (!IPEndPoint.TryParse(text, out var at)) throw new UsageException($"--history-listen {text} is no address; give address:port.");
        if (parsed.GetValue(_historyTls) is not { } tls) throw new UsageException("--history-listen needs certificates; give --history-tls.");
        return listeners with { Tcp = [at], Tls = TlsMaterial.Load(TlsFiles.InFolder(tls), TimeProvider.System, listeners.Report) };
    }

    private static UiOptions Ui(ParseResult parsed, HubFolder folder, KubernetesConnection? api, ILoggerFactory logs)
    {
        var report = logs.CreateLogger("Weir.Hub");
        var services = parsed.GetValue(_peerService) ?? [];
        foreach (var service in services) ServerAddress.Parse(service);
        return new UiOptions
        {
            ViewerToken = folder.ViewerToken(),
            ClusterName = parsed.GetValue(_cluster)!,
            Nodes = new RelayOptions
            {
                Version = "0.1.0",
                PeerServices = services,
                PeerServiceName = parsed.GetValue(_peerName),
                Tls = parsed.GetValue(_peerTls) is { } tls ? TlsMaterial.Load(TlsFiles.InFolder(tls), TimeProvider.System, Say) : null,
                Report = Say,
            },
            Peers = [.. (parsed.GetValue(_peer) ?? []).Select(RelayCommand.Peer)],
            Api = api,
            Revisions = folder.Revisions,
            Prometheus = parsed.GetValue(_prometheus),
        };

        void Say(string sentence) => Log.Nodes(report, sentence);
    }

    private static string[] Specific(IPEndPoint listen) => listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any) ? [] : [listen.Address.ToString()];

    private static partial class Log
    {
        [LoggerMessage(9100, LogLevel.Information, "{Sentence}")]
        public static partial void Nodes(ILogger logger, string sentence);
    }
}
