using System.Net;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Access;
using Weir.Lab.ClusterApi;
using Weir.Lab.Network;
using Weir.Linux;

namespace Weir.Lab.Front;

/// <summary>What the lab's machine sees of it: the API by TLS on loopback with a kubeconfig, the observers, and ways to load balancers.</summary>
/// <remarks>Addresses stay the same when a lab is started again in the same folder, unless somebody took a port meanwhile.</remarks>
public sealed class LabFront : IAsyncDisposable
{
    private readonly SocketRelay _relay = new();
    private readonly ApiKeys _keys;
    private readonly LabServices? _before;
    private readonly int _port;
    private KubernetesConnection? _connection;
    private Func<IPEndPoint, CancellationToken, Task<Stream>>? _outside;

    /// <summary>Prepares it; nothing is served yet.</summary>
    /// <param name="runFolder">The lab's folder, which exists.</param>
    /// <param name="port">The API's port; 0 takes the one that it had before, else any free one.</param>
    /// <param name="keys">The cluster's, which the caller owns.</param>
    internal LabFront(string runFolder, int port, ApiKeys keys)
    {
        _keys = keys;
        _before = LabServices.Read(runFolder);
        Services = LabServices.Of(runFolder);
        _port = port;
    }

    /// <summary>What is served, so far.</summary>
    public LabServices Services { get; }

    /// <summary>Where the API server is to listen.</summary>
    /// <exception cref="LabException">Somebody has the port that was asked for.</exception>
    internal IPEndPoint ApiAddress => new(IPAddress.Loopback, _port != 0 ? LoopbackPorts.Check(_port) : LoopbackPorts.Free(_before?.PortOf("api") ?? 0));

    /// <summary>Where the hub is to listen.</summary>
    internal IPEndPoint HubAddress => new(IPAddress.Loopback, LoopbackPorts.Free(_before?.PortOf("kusto") ?? 0));

    /// <summary>Where the hub is to serve metrics to Prometheus.</summary>
    internal IPEndPoint MetricsAddress => new(IPAddress.Loopback, LoopbackPorts.Free(PortIn(_before?.Find("metrics"))));

    /// <summary>Tells where the web UI is, where the flow logs are asked, and where metrics are scraped.</summary>
    internal void AddHub(IPEndPoint address, IPEndPoint? metrics, string viewerToken)
    {
        Services.Add("ui", $"https://{address}/");
        Services.Add("viewer-token", viewerToken);
        if (metrics is not null) Services.Add("metrics", $"http://{metrics}/metrics");
        Services.Add("kusto", $"https://{address}");
        Services.Add("loganalytics", $"https://{address}/v1");
    }

    /// <summary>Serves what every lab has, once its API server listens.</summary>
    /// <param name="apiPort">Where on loopback.</param>
    /// <param name="connection">The way to it.</param>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="outside">Connects from the external client to an address of the lab.</param>
    internal void Open(int apiPort, KubernetesConnection connection, int nodes, Func<IPEndPoint, CancellationToken, Task<Stream>> outside)
    {
        (_connection, _outside) = (connection, outside);
        var api = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{apiPort}");
        Kubeconfig.Write(Services.KubeconfigPath, api, _keys);
        Services.Add("api", api);
        Services.Add("ca", _keys.AuthorityPath);
        Services.Add("token", _keys.Token);
        var hubble = LabHubble.RelaySocket(Services.RunFolder);
        Serve("hubble", "", stop => SocketRelay.DialUnixAsync(hubble, stop));
        foreach (var node in Enumerable.Range(1, nodes).Select(LabAddresses.NodeName))
        {
            var socket = Path.Combine(Services.RunFolder, node, "observe.sock");
            Serve($"hubble-{node}", "", stop => SocketRelay.DialUnixAsync(socket, stop));
        }
    }

    /// <summary>Gives the pods of real nodes their way to the API server.</summary>
    /// <param name="nodes">The nodes' namespaces, from node1 on.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task OpenToPodsAsync(IReadOnlyList<NetworkNamespace> nodes, CancellationToken cancellation)
    {
        if (_connection is null) throw new InvalidOperationException("The front is not open yet.");
        ClusterEntrance.Open(_relay, nodes, Services.PortOf("api"));
        await ClusterEntrance.PublishAsync(_connection, nodes.Count, cancellation);
    }

    /// <summary>Serves a load balancer of the lab on loopback.</summary>
    /// <param name="name">What it is called in <see cref="Services"/>.</param>
    /// <param name="ns">The service's namespace.</param>
    /// <param name="service">The service; its first port is served.</param>
    public void ServeBalancer(string name, string ns, string service)
    {
        var (connection, outside) = (_connection, _outside);
        if (connection is null || outside is null) throw new InvalidOperationException("The front is not open yet.");
        Serve(name, "http://", async stop =>
        {
            // Looked up each time: its address changes when the service is made anew.
            try
            {
                var document = await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/services/{service}", null, stop);
                var address = document.Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip")
                    ?? throw new LabException($"Service {ns}/{service} has no load balancer address.");
                return await outside(new IPEndPoint(IPAddress.Parse(address), (int)(document.Items("spec", "ports").First().Number("port") ?? 80)), stop);
            }
            catch (Exception e) when (e is ApiRefusedException or HttpRequestException)
            {
                throw new LabException(e.Message, e);
            }
        });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    private static int PortIn(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Port : 0;

    private void Serve(string name, string scheme, Func<CancellationToken, Task<Stream>> dial)
    {
        var port = _relay.Listen(_before?.PortOf(name) ?? 0, dial);
        Services.Add(name, string.Create(CultureInfo.InvariantCulture, $"{scheme}127.0.0.1:{port}"));
    }
}
