using System.CommandLine;
using System.Net;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Tls;

namespace Weir.Cli.Node;

/// <summary><c>weir relay</c>: one observer for the whole cluster.</summary>
internal static class RelayCommand
{
    private static readonly Option<string[]> _peerService = new("--peer-service") { Description = "Who lists the nodes: host:port or unix:PATH of a node's observer; several are tried in turn", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> _peer = new("--peer") { Description = "A node, as NAME=ADDRESS, where nobody lists them", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> _listen = new("--listen") { Description = "Where to listen: address:port", DefaultValueFactory = _ => $"[::]:{ServerAddress.DefaultPort}" };
    private static readonly Option<string?> _socket = new("--socket") { Description = "A Unix socket to listen on besides" };
    private static readonly Option<string?> _health = new("--health") { Description = "Where to answer probes, without TLS and about nothing but health: address:port" };
    private static readonly Option<string?> _server = new("--tls-server") { Description = "A folder with tls.crt, tls.key and ca.crt: show that certificate, and let in clients of that CA only" };
    private static readonly Option<string?> _client = new("--tls-client") { Description = "A folder with tls.crt, tls.key and ca.crt, to speak TLS with the nodes" };
    private static readonly Option<string?> _name = new("--peer-service-name") { Description = "The name that the peer service's certificate has to have" };
    private static readonly Option<string?> _history = new("--history") { Description = "A hub that answers for flows older than what the nodes still have: its --history-listen as tls://host:port, or unix:PATH of its history.sock" };
    private static readonly Option<string?> _historyName = new("--history-name") { Description = "The name that the hub's certificate has to have there" };
    private static readonly Option<TimeSpan> _patience = new("--patience") { Description = "How long a flow waits for earlier ones of silent nodes, as 00:00:00.500", DefaultValueFactory = _ => TimeSpan.FromMilliseconds(500) };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("relay", "Answer for the observers of all nodes, in the order of time") { _peerService, _peer, _listen, _socket, _health, _server, _client, _name, _history, _historyName, _patience };
        ExampleHelp.AddTo(command, "weir relay --peer-service 10.1.0.1:4244 --peer-service 10.1.0.2:4244 --tls-client certs/hubble-relay-client-certs --tls-server certs/hubble-relay-server-certs --history tls://hub.example.org:4246 --history-name instance.hubble-relay.cilium.io");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var error = parsed.InvocationConfiguration.Error;
        var time = TimeProvider.System;
        try
        {
            var listen = EndPoint("--listen", parsed.GetValue(_listen))!;
            var health = EndPoint("--health", parsed.GetValue(_health));
            var services = parsed.GetValue(_peerService) ?? [];
            var peers = (parsed.GetValue(_peer) ?? []).Select(Peer).ToList();
            if (services.Length + peers.Count == 0) throw new UsageException("there are no nodes to ask; give --peer-service or --peer.");
            foreach (var service in services) ServerAddress.Parse(service);
            var options = new RelayOptions
            {
                Version = "0.1.0",
                PeerServices = services,
                PeerServiceName = parsed.GetValue(_name),
                Patience = parsed.GetValue(_patience),
                Tls = parsed.GetValue(_client) is { } client ? TlsMaterial.Load(TlsFiles.InFolder(client), time, Say) : null,
                Report = Say,
            };
            var listeners = new ServerListeners
            {
                UnixSocket = parsed.GetValue(_socket),
                Tcp = [listen],
                Tls = parsed.GetValue(_server) is { } server ? TlsMaterial.Load(TlsFiles.InFolder(server), time, Say) : null,
                Report = Say,
            };
            await using var pool = new PeerPool(options, time);
            foreach (var peer in peers) pool.Add(peer);
            using var history = parsed.GetValue(_history) is { } address ? History(address, parsed.GetValue(_historyName), options.Tls, time) : null;
            await using var relay = await HubbleServer.StartAsync(new RelayService(pool, options, Environment.MachineName, history, time), null, listeners, time, cancellation);
            await using var probed = health is null ? null : await HealthServer.StartAsync(health, cancellation);
            Say($"Listening on {string.Join(", ", relay.Tcp)}.");
            if (services.Length > 0) await new PeerFollower(pool, options, time).RunAsync(cancellation);
            else await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Grpc.Core.RpcException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is UsageException or FormatException)
        {
            await error.WriteLineAsync($"weir relay: {e.Message}");
            return CommandRun.Misused;
        }
        catch (Exception e) when (e is TlsException or IOException)
        {
            await error.WriteLineAsync($"weir relay: {e.Message}");
            return 1;
        }

        void Say(string sentence)
        {
            lock (error) error.WriteLine($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {sentence}");
        }
    }

    private static RemoteHistory History(string text, string? name, TlsMaterial? tls, TimeProvider time)
    {
        var address = ServerAddress.Parse(text);
        if (address.WantsTls && tls is null) throw new UsageException($"--history {text} needs certificates; give --tls-client.");
        return new RemoteHistory(address, address.WantsTls ? new ClientTls(tls!, name, AllowInsecure: false, time) : null);
    }

    private static IPEndPoint? EndPoint(string flag, string? text) =>
        text is null ? null
        : IPEndPoint.TryParse(text, out var address) ? address
        : throw new UsageException($"{flag}: '{text}' is no address:port.");

    /// <summary>A node as <c>--peer</c> names it.</summary>
    /// <exception cref="UsageException">It is no NAME=ADDRESS.</exception>
    public static PeerNode Peer(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new UsageException($"--peer: '{text}' is no NAME=ADDRESS.");
        var node = text[..equals];
        ServerAddress.Parse(text[(equals + 1)..]);
        return new PeerNode(node, text[(equals + 1)..], PeerNode.ServerNameOf(node, "default"));
    }
}
