using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Agent.Endpoints;
using Weir.Agent.Evidence;
using Weir.Agent.FlowLogs;
using Weir.Agent.Intent;
using Weir.Agent.Loops;
using Weir.Agent.Metrics;
using Weir.Cluster;
using Weir.Cluster.FlowLogs;
using Weir.Cluster.Identities;
using Weir.Cluster.Objects;
using Weir.Cluster.Status;
using Weir.Datapath;
using Weir.FlowLog.Node;
using Weir.Linux;
using Weir.Observe.Enrich;
using Weir.Observe.Hubble;
using Weir.Observe.Ring;
using Weir.Observe.Server;
using Weir.Policy.Compile;
using Weir.Proxy.Feed;

namespace Weir.Agent;

/// <summary>The agent of one node: joins cluster, policy, datapath and observer, and runs until it is told to stop.</summary>
/// <remarks>A stop leaves the datapath in the kernel, enforcing; the next agent takes it over.</remarks>
public static partial class AgentHost
{
    /// <summary>Runs the agent on this node's kernel.</summary>
    /// <returns>When cancelled.</returns>
    /// <exception cref="DatapathException">The kernel cannot enforce; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">The options are wrong; the message names every problem.</exception>
    public static async Task RunAsync(AgentOptions options, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        var logger = logs.CreateLogger("Weir.Agent");
        using var connection = KubernetesConnection.Open(options.Api);
        var node = await NodeIntent.WaitForAsync(connection, options.NodeName, logger, cancellation);
        using var datapath = KernelDatapath.Open(
            new KernelDatapathOptions
            {
                BpffsPath = options.Bpffs,
                NodeName = options.NodeName,
                Uplink = options.Uplink.Length == 0 ? null : options.Uplink,
                PodCidrs = node.PodPrefixes,
                NodeAddresses = node.Addresses,
                EventRingBytes = options.EventRingBytes,
            }.With(options.TableEntries),
            TimeProvider.System,
            logs.CreateLogger("Weir.Datapath"));
        await RunAsync(options, connection, node, datapath, WallClockOffset, logs, cancellation);
    }

    /// <summary>Runs the agent on a datapath that the caller owns: the kernel's, or the managed one of a simulated node.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="connection">The Kubernetes API.</param>
    /// <param name="node">The node as the API describes it.</param>
    /// <param name="datapath">What decides packets.</param>
    /// <param name="wallClockOffset">What to add to the datapath's clock to get nanoseconds since 1970, now.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task RunAsync(
        AgentOptions options, KubernetesConnection connection, NodeState node, IDatapath datapath, Func<long> wallClockOffset,
        ILoggerFactory logs, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var stateFolder = Directory.CreateDirectory(Path.Combine(options.RunFolder, "state")).FullName;
        var registry = new EndpointRegistry(Path.Combine(stateFolder, "endpoints.json"), node.PodPrefixes);
        var observer = NodeObserver.Options(options, node, datapath);
        var ring = new FlowRing(observer.RingCapacity);
        var enricher = new FlowEnricher(SecurityLabels.ClusterName);
        var policy = new PolicyIntent(new PolicyRepository(new PolicyConfiguration { FirstLocalIdentity = LocalIdentityBlock.Next(stateFolder) }));
        var proxy = new ProxyIntent(datapath, new FeedSettings(), logs.CreateLogger<ProxyIntent>());
        var journal = new AgentEventLog(options.NodeName, time);
        var peers = new PeerList();
        var metrics = new NodeMetrics(options, datapath, time);
        var enforcement = new Enforcement(datapath, policy, enricher, proxy, options.NodeName, new IntentJournal(journal), logs.CreateLogger<Enforcement>()) { Failed = metrics.Health.PolicyFailed };
        var watch = new ClusterWatch(connection, new ClusterWatchOptions { Judge = PolicyIntent.Judge }, time, logs.CreateLogger<ClusterWatch>());
        var allocator = new IdentityAllocator(connection, watch, options.NodeName, null, time, logs.CreateLogger<IdentityAllocator>());
        var status = new PolicyStatusWriter(connection, time, logs.CreateLogger<PolicyStatusWriter>());
        var reports = new ReportLoop(new EndpointWriter(connection), node, logs.CreateLogger<ReportLoop>());
        enforcement.EndpointChanged = reports.Offer;
        AdoptEndpoints(datapath, registry, enforcement);

        await using var socket = new EndpointSocket(
            Path.Combine(options.RunFolder, "agent.sock"),
            registry,
            (record, stop) => AttachAsync(enforcement, record, options.LongestAttach, stop),
            enforcement.Detach,
            () => enforcement.Policies,
            logs.CreateLogger<EndpointSocket>());
        socket.Listen();
        await using var server = await HubbleServer.StartAsync(
            new ObserverService(ring, journal, observer, time), peers, NodeObserver.Listeners(options, node, time, logs.CreateLogger("Weir.Observe")), time, cancellation);

        var writing = new Lock();
        var translator = new EventTranslator(ring, enricher, datapath.ResolveRule, options.NodeName, writing);
        if (options.UseProxy) translator.HoldForNames(proxy.SpeaksOfNames, time);
        var evidence = new EvidenceLoop(datapath, translator, ring, wallClockOffset);
        var exchanges = new ExchangeTranslator(ring, enricher, enricher.Names, datapath.ResolveRule, options.NodeName, writing) { DnsAnswered = metrics.Health.DnsAnswered };
        using var hub = HubLink.Open(options, time, logs);
        using var log = new NodeLog(new LogFile(options.FlowLog, time), options.NodeName, time, hub?.Batcher);
        var logIntent = new FlowLogIntent(log, new FlowLogStatus(connection, time), () => watch.State, time, logs.CreateLogger<FlowLogIntent>());
        var logWatch = new FlowLogWatch(connection, new ClusterWatchOptions(), time, logs.CreateLogger<FlowLogWatch>()) { Changed = logIntent.Offer };
        var metricIntent = new MetricIntent(metrics.Flows, new FlowLogStatus(connection, time), time, logs.CreateLogger<MetricIntent>());
        var metricWatch = new FlowLogWatch(connection, new ClusterWatchOptions(), time, logs.CreateLogger<FlowLogWatch>()) { Kinds = [MetricIntent.Kind], Changed = metricIntent.Offer };
        await using var page = await metrics.ServeAsync(log, hub, proxy, datapath, exchanges, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops =
        [
            evidence.RunAsync(stop.Token),
            PeerLoop.RunAsync(watch.Subscribe(), peers, options, stop.Token),
            new IntentLoop(watch.Subscribe(), enforcement, metrics.Health, time).RunAsync(stop.Token),
            status.RunAsync(watch.Subscribe(), stop.Token),
            reports.RunAsync(stop.Token),
            allocator.RunAsync(stop.Token),
            socket.RunAsync(stop.Token),
            ProxyLoop.RunAsync(options, datapath, time, stop.Token),
            new ProxyFeedLoop(options, proxy, exchanges, time, logs.CreateLogger<ProxyFeedLoop>()).RunAsync(stop.Token),
            watch.RunAsync(stop.Token),
            new FlowLogLoop(ring, log).RunAsync(stop.Token),
            logIntent.RunAsync(stop.Token),
            logWatch.RunAsync(stop.Token),
            metricIntent.RunAsync(stop.Token),
            metricWatch.RunAsync(stop.Token),
            .. metrics.Run(ring, enricher, time, stop.Token),
            .. hub?.Run(stop.Token) ?? [],
        ];

        // The first loop to end ends the agent: half an agent must not look like a whole one.
        var first = await Task.WhenAny(loops);
        await stop.CancelAsync();
        await Task.WhenAll(loops.Select(IgnoreCancellation));
        if (!cancellation.IsCancellationRequested) await first;
    }

    private static async Task AttachAsync(Enforcement enforcement, EndpointRecord record, TimeSpan longest, CancellationToken cancellation)
    {
        try
        {
            await enforcement.Attach(record).WaitAsync(longest, cancellation);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(
                $"The policy of pod {record.Namespace}/{record.Pod} was not in force within {longest.TotalSeconds:0} s: " +
                "the API server did not show the pod, its namespace or its identity. The pod stays in default deny.");
        }
    }

    private static void AdoptEndpoints(IDatapath datapath, EndpointRegistry registry, Enforcement enforcement)
    {
        var known = registry.All.Where(r => r.Attached).ToDictionary(r => r.EndpointId);
        foreach (var endpoint in datapath.Endpoints)
        {
            if (known.TryGetValue(endpoint.Id, out var record)) enforcement.Adopt(record, endpoint.Identity);
            else datapath.Detach(endpoint.Id);
        }
    }

    private static async Task IgnoreCancellation(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        catch (ChannelClosedException)
        {
            // The watch ended first.
        }
    }

    private static long WallClockOffset() =>
        (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100 - Clocks.BootNanoseconds();
}
