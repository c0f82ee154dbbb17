using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Store;
using Weir.Hub.Metrics;
using Weir.Hub.Ui.Dashboards;
using Weir.Hub.Ui.Dashboards.Samples;
using Weir.Hub.Ui.Details;
using Weir.Hub.Ui.Diagnose;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Logs;
using Weir.Hub.Ui.Map;
using Weir.Hub.Ui.Policies;
using Weir.Hub.Ui.Session;
using Weir.Hub.Ui.State;
using Weir.Hub.Ui.Static;
using Weir.Observe.Relay;

namespace Weir.Hub.Ui;

/// <summary>The web UI's side of the hub: joins what its pages ask for, and runs what keeps that up to date.</summary>
internal sealed class HubUi : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PeerPool _pool;
    private readonly PrometheusClient? _prometheus;
    private readonly List<Task> _loops = [];
    private readonly Action<IEndpointRouteBuilder> _map;

    private HubUi(HubOptions options, string version, FlowStore store, StoreQueries queries, HubMetrics metrics, TimeProvider time, ILoggerFactory logs)
    {
        var ui = options.Ui;
        _pool = new PeerPool(ui.Nodes, time);
        foreach (var peer in ui.Peers) _pool.Add(peer);
        var flows = new ClusterFlows(_pool, ui.Nodes, "hub", history: null, time);
        var pulse = new ClusterPulse(flows, _pool, time);
        var cluster = new ClusterView(ui.Api, time, logs);
        var policies = new PolicyBook(cluster);
        var revisions = new RevisionLog(cluster, ui.Revisions is { } kept ? new RevisionFile(kept, logs.CreateLogger<RevisionFile>()) : null, time);
        var samples = new SampleStore(DashboardEndpoints.Metrics);
        _prometheus = ui.Prometheus is { } address ? new PrometheusClient(address) : null;
        if (_prometheus is null) _loops.Add(new SampleLoop(samples, (to, cancellation) => metrics.WriteAllAsync(to, openMetrics: false, cancellation), time, logs.CreateLogger<SampleLoop>()).RunAsync(_stop.Token));
        var sessions = new SessionStore(time);
        var gate = new UiGate(sessions, new UiTokens(options.Token, ui.ViewerToken), new WrongTokens(time), logs.CreateLogger<UiGate>());
        var search = new FlowSearch(flows, store, time);
        _loops.Add(pulse.RunAsync(_stop.Token));
        _loops.Add(revisions.RunAsync(_stop.Token));
        _loops.Add(cluster.RunAsync(_stop.Token));
        if (ui.Nodes.PeerServices.Count > 0) _loops.Add(new PeerFollower(_pool, ui.Nodes, time).RunAsync(_stop.Token));
        _map = routes =>
        {
            new SessionEndpoints(gate, sessions, ui.ClusterName, version).Map(routes);
            new StateEndpoint(gate, pulse, store, () => cluster.Namespaces, (ui.ClusterName, version), time).Map(routes);
            new FlowEndpoints(gate, search, new LiveFlows(flows, pulse, gate, time), pulse, store, key => cluster.ValuesOf(key, pulse), time).Map(routes);
            new DetailEndpoint(gate, search, policies, time).Map(routes);
            new MapEndpoints(gate, search, flows, pulse, cluster, time).Map(routes);
            new LogEndpoints(gate, queries, store).Map(routes);
            new PolicyEndpoints(gate, policies, revisions, search, time).Map(routes);
            new QuestionEndpoints(gate, policies, search, time).Map(routes);
            new DashboardEndpoints(gate, samples, _prometheus, queries, time).Map(routes);
            new DiagnoseEndpoint(gate, search, pulse, policies, cluster, time).Map(routes);
            routes.MapFallback("{**path}", new WebFiles(ui.WebFolder).AnswerAsync);
        };
    }

    /// <summary>Starts it.</summary>
    public static HubUi Start(HubOptions options, string version, FlowStore store, StoreQueries queries, HubMetrics metrics, TimeProvider time, ILoggerFactory logs) =>
        new(options, version, store, queries, metrics, time, logs);

    /// <summary>Adds its routes; whatever path none of them takes is the page's.</summary>
    public void Map(IEndpointRouteBuilder routes) => _map(routes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _pool.DisposeAsync();
        _prometheus?.Dispose();
        _stop.Dispose();
    }
}
