using System.Net;
using Grpc.Net.Client;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Ring;
using Weir.Observe.Server;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;
using Xunit;

namespace Weir.Unit.Observe;

/// <summary>A node's observer that really listens, and clients of it.</summary>
internal sealed class HubbleSite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-hubble-").FullName;
    private readonly List<GrpcChannel> _channels = [];
    private HubbleServer _server = null!;

    public FlowRing Ring { get; } = new(1024);

    public AgentEventLog Events { get; private set; } = null!;

    public PeerList Peers { get; } = new();

    /// <summary>What the server said of clients that it refused.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Refusals { get; } = new();

    public string Socket => Path.Combine(_folder, "observe.sock");

    public IPEndPoint Tcp => _server.Tcp[0];

    public static async Task<HubbleSite> StartAsync(string nodeName = "node1", TlsMaterial? tls = null, NodeFacts? facts = null)
    {
        var site = new HubbleSite();
        site.Events = new AgentEventLog(nodeName, TimeProvider.System);
        var options = new ObserverOptions { NodeName = nodeName, Version = "1.2.3", Facts = facts ?? NodeFacts.Unknown };
        site._server = await HubbleServer.StartAsync(
            new ObserverService(site.Ring, site.Events, options, TimeProvider.System),
            site.Peers,
            new ServerListeners { UnixSocket = site.Socket, Tcp = [new IPEndPoint(IPAddress.Loopback, 0)], Tls = tls, Report = site.Refusals.Enqueue },
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>Puts a flow into the ring and wakes who waits.</summary>
    public void See(Flow flow)
    {
        Ring.Open() = flow;
        Ring.Publish();
        Ring.Wake();
    }

    public GrpcChannel Channel()
    {
        var channel = ObserverChannel.OverUnixSocket(Socket);
        _channels.Add(channel);
        return channel;
    }

    public Observer.ObserverClient Client() => new(Channel());

    /// <summary>Everything that a request is answered with.</summary>
    public async Task<List<GetFlowsResponse>> AskAsync(GetFlowsRequest request)
    {
        using var call = Client().GetFlows(request, cancellationToken: TestContext.Current.CancellationToken);
        var answers = new List<GetFlowsResponse>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) answers.Add(call.ResponseStream.Current);
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
