using Grpc.Net.Client;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Observe;

/// <summary>A relay that really listens.</summary>
internal sealed class RelaySite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-relay-").FullName;
    private HubbleServer _server = null!;
    private GrpcChannel _channel = null!;

    public required PeerPool Pool { get; init; }

    public Observer.ObserverClient Client => new(_channel);

    public static async Task<RelaySite> StartAsync(IFlowHistory? history, params IEnumerable<PeerNode> nodes)
    {
        var options = new RelayOptions
        {
            Version = "9.9.9",
            Patience = TimeSpan.FromMilliseconds(300),
            FirstPause = TimeSpan.FromMilliseconds(100),
            LongestPause = TimeSpan.FromMilliseconds(200),
            LongestAnswer = TimeSpan.FromSeconds(2),
        };
        var site = new RelaySite { Pool = new PeerPool(options, TimeProvider.System) };
        foreach (var node in nodes) site.Pool.Add(node);
        var socket = Path.Combine(site._folder, "relay.sock");
        site._server = await HubbleServer.StartAsync(
            new RelayService(site.Pool, options, "relay", history, TimeProvider.System),
            null,
            new ServerListeners { UnixSocket = socket },
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        site._channel = ObserverChannel.OverUnixSocket(socket);
        return site;
    }

    public Task ConnectedAsync(int count) => Eventually.HoldsAsync(
        () => Task.FromResult(Pool.States.Count(s => s.State == NodeState.NodeConnected) == count), $"{count} nodes are connected");

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
        await Pool.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
