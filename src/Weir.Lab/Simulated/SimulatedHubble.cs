using System.Net;
using System.Net.Sockets;
using Weir.Lab.ClusterApi;
using Weir.Lab.Front;
using Weir.Lab.Network;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Tls;
using Weir.Workloads.Network;

namespace Weir.Lab.Simulated;

/// <summary>
/// The relay of a simulated lab: the relay itself, with the cluster's certificates, over the observers' sockets. It listens on the
/// machine's loopback; its pod carries the bytes that arrive at the pod's ports there.
/// </summary>
internal sealed class SimulatedHubble : IAsyncDisposable
{
    /// <summary>The image whose containers are the relay.</summary>
    public const string Image = "weir/hubble-relay";

    private const string Version = "0.1.0";
    private readonly PeerPool _pool;
    private readonly HubbleServer _server;
    private readonly HealthServer _health;
    private readonly RemoteHistory _history;

    private SimulatedHubble(PeerPool pool, RemoteHistory history, HubbleServer server, HealthServer health) =>
        (_pool, _history, _server, _health) = (pool, history, server, health);

    /// <summary>Starts it; nodes that do not answer yet are tried again.</summary>
    public static async Task<SimulatedHubble> StartAsync(string runFolder, int nodes, TimeProvider time, CancellationToken cancellation)
    {
        var options = new RelayOptions { Version = Version };
        var pool = new PeerPool(options, time);
        foreach (var name in Enumerable.Range(1, nodes).Select(LabAddresses.NodeName))
            pool.Add(new PeerNode(name, "unix://" + Path.Combine(runFolder, name, "observe.sock"), null));
        var listeners = new ServerListeners
        {
            UnixSocket = LabHubble.RelaySocket(runFolder),
            Tcp = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tls = TlsMaterial.Load(TlsFiles.InFolder(LabHubble.Certificates(runFolder, HubbleSecrets.RelayServer)), time, _ => { }),
        };
        HubbleServer? server = null;
        var history = new RemoteHistory(ServerAddress.Parse("unix:" + LabHub.HistorySocketOf(runFolder)), tls: null);
        try
        {
            server = await HubbleServer.StartAsync(new RelayService(pool, options, "hubble-relay", history, time), null, listeners, time, cancellation);
            return new SimulatedHubble(pool, history, server, await HealthServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellation));
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            await pool.DisposeAsync();
            history.Dispose();
            throw;
        }
    }

    /// <summary>Is the program of the relay's pod: carries what comes to its ports until cancelled.</summary>
    public async Task<int> RunAsync(INetwork pod, CancellationToken cancellation)
    {
        await Task.WhenAll(ListenAsync(pod, ServerAddress.DefaultPort, _server.Tcp[0].Port, cancellation), ListenAsync(pod, HealthServer.Port, _health.BoundPort, cancellation));
        return 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _health.DisposeAsync();
        await _server.DisposeAsync();
        await _pool.DisposeAsync();
        _history.Dispose();
    }

    private static async Task ListenAsync(INetwork pod, int port, int to, CancellationToken cancellation)
    {
        using var listener = pod.ListenTcp(port);
        while (true) _ = CarryAsync((await listener.AcceptAsync(cancellation)).Stream, to, cancellation);
    }

    private static async Task CarryAsync(Stream near, int port, CancellationToken cancellation)
    {
        await using (near)
        {
            try
            {
                await using var far = await SocketRelay.DialLoopbackAsync(port, cancellation);

                // When one side ends the other is closed too, as between all programs here.
                await Task.WhenAny(near.CopyToAsync(far, cancellation), far.CopyToAsync(near, cancellation));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client sees its connection end.
            }
        }
    }
}
