using System.Net;
using Prometheus;
using Weir.Agent.Evidence;
using Weir.Agent.Intent;
using Weir.Cluster.Identities;
using Weir.Datapath;
using Weir.FlowLog.Node;
using Weir.Observe.Enrich;
using Weir.Observe.Metrics;
using Weir.Observe.Ring;
using Weir.Observe.Server;

namespace Weir.Agent.Metrics;

/// <summary>A node's metrics: what its flows, its datapath and the agent itself count, on one page.</summary>
internal sealed class NodeMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly AgentOptions _options;
    private readonly FlowMetrics _flows;
    private readonly DatapathCounts _counts;
    private readonly NodeGauges _gauges;

    /// <summary>Makes the families.</summary>
    /// <param name="options">The agent's.</param>
    /// <param name="datapath">What decides packets.</param>
    /// <param name="time">The clock.</param>
    public NodeMetrics(AgentOptions options, IDatapath datapath, TimeProvider time)
    {
        _options = options;
        _registry.SetStaticLabels(new Dictionary<string, string> { ["cluster"] = SecurityLabels.ClusterName, ["node"] = options.NodeName });
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        DotNetStats.Register(_registry);
        _flows = new FlowMetrics(options.Metrics, _registry, time);
        _counts = new DatapathCounts(datapath, factory, options.Metrics.Aliases);
        _gauges = new NodeGauges(datapath, factory, options.Version);
        Health = new AgentHealth(factory);
    }

    /// <summary>Takes what the agent's other parts notice.</summary>
    public AgentHealth Health { get; }

    /// <summary>Everything that the page shows.</summary>
    internal CollectorRegistry Registry => _registry;

    /// <summary>Counts the node's flows.</summary>
    public FlowMetrics Flows => _flows;

    /// <summary>Serves the page; the caller stops it.</summary>
    /// <exception cref="IOException">The socket or the port cannot be had.</exception>
    public Task<PlainServer> ServeAsync(NodeLog log, HubLink? hub, ProxyIntent proxy, IDatapath datapath, ExchangeTranslator exchanges, CancellationToken cancellation)
    {
        _registry.AddBeforeCollectCallback(() =>
        {
            _counts.Update();
            _gauges.Read(log, hub, proxy.IsConnected);
            _flows.SetLost("PERF_EVENT_RING_BUFFER", datapath.LostEvents);
            _flows.SetLost("OBSERVER_EVENTS_QUEUE", exchanges.Lost);
        });
        return PlainServer.StartAsync(
            routes => MetricsPage.Map(routes, "/metrics", _registry),
            SocketIn(_options.RunFolder),
            _options.MetricsAddress.Length == 0 ? [] : [IPEndPoint.Parse(_options.MetricsAddress)],
            cancellation);
    }

    /// <summary>The page's socket in an agent's run folder.</summary>
    public static string SocketIn(string runFolder) => Path.Combine(runFolder, "metrics.sock");

    /// <summary>The loops: one that counts flows, one that reads the datapath now and then, so that a pod's last packets are counted.</summary>
    public IEnumerable<Task> Run(FlowRing ring, FlowEnricher enricher, TimeProvider time, CancellationToken cancellation) =>
        [new MetricsLoop(ring, _flows, enricher, time).RunAsync(cancellation), ReadAsync(time, cancellation)];

    private async Task ReadAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15), time);
        do
        {
            _counts.Update();
            _gauges.ReadTables();
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
