using System.Net;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Cluster;
using Weir.Hub;
using Weir.Hub.Ui;
using Weir.Lab.Api.Access;
using Weir.Hub.Metrics;
using Weir.Lab.Cleanup;
using Weir.Lab.Network;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;

namespace Weir.Lab.Front;

/// <summary>The lab's hub: keeps what the nodes log below the lab's folder, and answers with the lab's own certificate and token.</summary>
internal static class LabHub
{
    private const long MaxBytes = 2_000_000_000;

    /// <summary>What the hub's pages show of the lab.</summary>
    /// <param name="Nodes">How many nodes it has.</param>
    /// <param name="Api">Its API server.</param>
    public sealed record Cluster(int Nodes, KubernetesConnection Api);

    /// <summary>Where the nodes bring their flows.</summary>
    public static string SocketOf(string runFolder) => Path.Combine(runFolder, "hub.sock");

    /// <summary>Where the relay asks for older flows; its pod sees the folder of this alone.</summary>
    public static string HistorySocketOf(string runFolder) => Path.Combine(runFolder, "history", "history.sock");

    /// <summary>Starts it.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    /// <param name="front">Told where it is; null where nothing is served.</param>
    /// <param name="keys">The cluster's.</param>
    /// <param name="cluster">What its pages show.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<HubServer> StartAsync(
        string runFolder, LabFront? front, ApiKeys keys, Cluster cluster, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var folder = new HubFolder(KeptLab.StateFolder(runFolder));
        var options = new HubOptions
        {
            Store = new StoreOptions { Folder = Path.Combine(KeptLab.StateFolder(runFolder), "flows"), MaxBytes = MaxBytes, MemoryBytes = 256_000_000 },
            IngestSocket = SocketOf(runFolder),
            History = new ServerListeners { UnixSocket = HistorySocketOf(runFolder) },
            Listen = front?.HubAddress ?? new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = keys.Server,
            Token = keys.Token,
            Nodes = [.. Enumerable.Range(1, cluster.Nodes).Select(LabAddresses.NodeName).Select(n => new MetricsNode(n, new ServerAddress(Path.Combine(runFolder, n, "metrics.sock"), "", 0, WantsTls: false)))],
            MetricsListen = front?.MetricsAddress ?? new IPEndPoint(IPAddress.Loopback, 0),
            Limits = new QueryLimits(MemoryMiB: 512),
            Ui = new UiOptions
            {
                ViewerToken = folder.ViewerToken(),
                ClusterName = "lab",

                // The hub is there before the agents are, and people look at it at once.
                Nodes = new RelayOptions { Version = "0.1.0", FirstPause = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(2) },
                Peers = [.. Enumerable.Range(1, cluster.Nodes).Select(LabAddresses.NodeName).Select(n => new PeerNode(n, $"unix:{Path.Combine(runFolder, n, "observe.sock")}", null))],
                Api = cluster.Api,
                Revisions = folder.Revisions,
            },
        };
        try
        {
            var hub = await HubServer.StartAsync(options, time, loggers, cancellation);
            front?.AddHub(hub.Address, hub.MetricsAddress, options.Ui.ViewerToken);
            return hub;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new LabException($"The lab's hub could not start: {e.Message}", e);
        }
    }
}
