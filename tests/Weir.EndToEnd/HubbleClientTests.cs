using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Ring;
using Weir.Observe.Server;
using Weir.Observe.Tls;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>gRPC's client for another language, with a contract written for it alone, against a relay; and <c>weir observe</c> beside it.</summary>
[Collection(OneAtATime.Name)]
public sealed class HubbleClientTests : IAsyncLifetime
{
    private static readonly string _clients = Path.Combine(Built.Repository, "artifacts/clients");
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-hubble-").FullName;
    private readonly FlowRing _ring = new(64);
    private HubbleServer _node = null!;
    private PeerPool _pool = null!;
    private HubbleServer _relay = null!;

    public async ValueTask InitializeAsync()
    {
        var time = TimeProvider.System;
        var stop = TestContext.Current.CancellationToken;
        using var authority = CertificateAuthority.Create("test", TimeSpan.FromDays(1), time);
        HubbleSecrets.Write(HubbleSecrets.Make(authority, "default", TimeSpan.FromDays(1)), _folder);
        for (var i = 0; i < 12; i++)
        {
            _ring.Open() = FlowOf(i);
            _ring.Publish();
        }

        var socket = Path.Combine(_folder, "observe.sock");
        var node = new ObserverService(_ring, new AgentEventLog("node1", time), new ObserverOptions { NodeName = "node1", Version = "0.1.0" }, time);
        _node = await HubbleServer.StartAsync(node, null, new ServerListeners { UnixSocket = socket }, time, stop);
        var options = new RelayOptions { Version = "0.1.0" };
        _pool = new PeerPool(options, time);
        _pool.Add(new PeerNode("node1", "unix://" + socket, null));
        while (_pool.States.Any(s => s.State != Weir.Observe.Wire.Relays.NodeState.NodeConnected)) await _pool.Change.WaitAsync(TimeSpan.FromSeconds(20), stop);
        _relay = await HubbleServer.StartAsync(
            new RelayService(_pool, options, "relay", history: null, time),
            null,
            new ServerListeners { Tcp = [new IPEndPoint(IPAddress.Loopback, 0)], Tls = TlsMaterial.Load(TlsFiles.InFolder(Path.Combine(_folder, HubbleSecrets.RelayServer)), time, _ => { }) },
            time,
            stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _pool.DisposeAsync();
        await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_reads_what_weir_observe_prints_and_a_stranger_reads_nothing()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(_clients, "node_modules/@grpc")), "gRPC's client for Node.js is not there: npm or its registry could not be reached.");
        var got = await AskAsync();
        var certificates = Path.Combine(_folder, HubbleSecrets.RelayClient);
        var (code, output) = await Built.RunAsync(
            TimeSpan.FromSeconds(60), "observe", "-o", "json", "--server", $"tls://{_relay.Tcp[0]}", "--tls-server-name", HubbleSecrets.RelayName,
            "--tls-ca-cert-files", $"{certificates}/ca.crt", "--tls-client-cert-file", $"{certificates}/tls.crt", "--tls-client-key-file", $"{certificates}/tls.key");

        Assert.True(code == 0, output);
        var printed = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!["flow"]).OfType<JsonNode>().Select(Line).ToList();
        Assert.Equal(12, printed.Count);
        Assert.Equal(printed, got.GetProperty("flows").EnumerateArray().Select(f => Line(JsonNode.Parse(f.GetRawText())!)));
        Assert.Equal("""["1:node1"]""", got.GetProperty("nodes").GetRawText());
        Assert.Equal(1, got.GetProperty("health").GetInt32());
        Assert.Contains("observer.Observer", got.GetProperty("services").EnumerateArray().Select(s => s.GetString()));
        Assert.NotEqual(0, got.GetProperty("stranger").GetInt32());
    }

    private static string Line(JsonNode flow) =>
        $"{Verdict(flow["verdict"]!)} {flow["source"]!["pod_name"]}:{flow["l4"]!["TCP"]!["source_port"]} {flow["source"]!["identity"]} {flow["destination"]!["namespace"]}/{flow["destination"]!["pod_name"]}:{flow["l4"]!["TCP"]!["destination_port"]} {flow["node_name"]} {flow["uuid"]} {flow["Summary"]}";

    // JSON names it, the wire numbers it: Hubble's Verdict.
    private static string Verdict(JsonNode verdict) => verdict.GetValueKind() == JsonValueKind.String ? (string)verdict! : (int)verdict! switch { 1 => "FORWARDED", 2 => "DROPPED", _ => "?" };

    private async Task<JsonElement> AskAsync()
    {
        var copy = Path.Combine(_clients, "hubble.mjs"); // beside its modules, where it looks for them
        File.Copy(Path.Combine(Built.Repository, "tests/Weir.EndToEnd/Clients/hubble.mjs"), copy, overwrite: true);
        var start = new ProcessStartInfo("node", [copy]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["ADDRESS"], start.Environment["CERTIFICATES"], start.Environment["PROTOS"]) =
            (_relay.Tcp[0].ToString(), Path.Combine(_folder, HubbleSecrets.RelayClient), Path.Combine(Built.Repository, "tests/Weir.EndToEnd/Clients/protos"));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var kill = patience.Token.Register(process.Kill);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonDocument.Parse(await output).RootElement;
    }

    private static Flow FlowOf(int i) => new()
    {
        TimeNanoseconds = 1_772_359_200_000_000_000 + (i * 1_000_000L),
        Sequence = i,
        Kind = i % 3 == 0 ? FlowKind.Drop : FlowKind.Trace,
        Verdict = i % 3 == 0 ? Weir.Model.Verdict.Dropped : Weir.Model.Verdict.Forwarded,
        DropReason = i % 3 == 0 ? DropReason.PolicyDenied : DropReason.None,
        Protocol = IpProtocol.Tcp,
        TcpFlags = TcpFlags.Syn,
        SourceAddress = IpAddress.Parse("192.168.1.7"),
        DestinationAddress = IpAddress.Parse("192.168.2.9"),
        SourcePort = (ushort)(41000 + i),
        DestinationPort = 3002,
        Source = new Endpoint { Identity = new SecurityIdentity(1000), Namespace = "pets", PodName = "order-service-0" },
        Destination = new Endpoint { Identity = new SecurityIdentity(1001), Namespace = "pets", PodName = "product-service-0" },
        NodeName = "node1",
    };
}
