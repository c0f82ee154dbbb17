using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Agent;
using Weir.Cluster.Objects;
using Weir.Datapath.Model;
using Weir.FlowLog.Node;
using Weir.Model;
using Weir.Protocols.Ip;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Agent;

/// <summary>A whole agent on the managed tables, against a real API server; pods are asked for as the CNI plugin does.</summary>
internal sealed class AgentNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-a-");
    private readonly ModelDatapath _datapath;
    private Running? _agent;

    private AgentNode(LabServer server, ModelDatapath datapath) => (Server, _datapath) = (server, datapath);

    public LabServer Server { get; }

    public string RunFolder => _folder.FullName;

    public static async Task<AgentNode> StartAsync()
    {
        var server = await LabServer.StartAsync();
        await server.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-system"}}""");
        await server.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"pets"}}""");
        await server.CreateAsync("/api/v1/nodes", """
            {"metadata":{"name":"node1"},"spec":{"podCIDRs":["192.168.1.0/24","fd00:192:168:1::/64"]},
             "status":{"addresses":[{"type":"InternalIP","address":"172.18.0.11"}]}}
            """);
        var node = new AgentNode(server, new ModelDatapath(new ModelDatapathOptions()));
        await node.UpAsync();
        return node;
    }

    /// <summary>The node's flow log.</summary>
    public string LogFile => Path.Combine(RunFolder, "log/events.log");

    public async Task UpAsync()
    {
        var node = NodeState.Read(await Server.GetAsync("/api/v1/nodes/node1"));
        var options = new AgentOptions { NodeName = "node1", Api = Server.Address, RunFolder = RunFolder, Bpffs = RunFolder, FlowLog = new LogFileOptions { Path = LogFile } };
        _agent = new Running(stop => AgentHost.RunAsync(options, Server.Connection, node, _datapath, () => 0, NullLoggerFactory.Instance, stop));
        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(Path.Combine(RunFolder, "observe.sock"))), "the agent serves");
    }

    public async Task DownAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        _agent = null;
    }

    /// <summary>Makes a pod and attaches it; returns when its policy is in force.</summary>
    public async Task<TestPod> AddPodAsync(string name, string app)
    {
        var created = await Server.CreateAsync("/api/v1/namespaces/pets/pods", $$$"""
            {"metadata":{"name":"{{{name}}}","labels":{"app":"{{{app}}}"}},"spec":{"nodeName":"node1","containers":[{"name":"c","image":"i"}]}}
            """);
        var allocated = await AskAsync($$$"""{"op":"allocate","containerId":"{{{name}}}","ifName":"eth0","namespace":"pets","pod":"{{{name}}}","uid":"{{{created.Text("metadata", "uid")}}}"}""");
        var id = (uint)(int)allocated["endpointId"]!;
        var attached = await AskAsync($$$"""{"op":"attach","endpointId":{{{id}}}}""");
        Assert.True((bool?)attached["ok"], attached.ToJsonString());
        return new TestPod(id, IpAddress.Parse((string)allocated["ipv4"]!));
    }

    public Task ApplyPolicyAsync(string name, string spec) => Server.CreateAsync(
        "/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies",
        $$"""{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"{{name}}"},"spec":{{spec}}}""");

    public async Task<JsonNode> AskAsync(string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(RunFolder, "agent.sock")), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return JsonNode.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!)!;
    }

    /// <summary>Sends the first packet of a connection from one pod to the other, through the managed tables.</summary>
    public DropReason Syn(TestPod from, TestPod to, ushort port, ushort sourcePort)
    {
        Span<byte> frame = stackalloc byte[PacketWriter.MaxHeaderLength];
        var length = PacketWriter.WriteFrame(frame, new PacketSpec
        {
            SourceHigh = from.Address.High,
            SourceLow = from.Address.Low,
            DestinationHigh = to.Address.High,
            DestinationLow = to.Address.Low,
            SourcePort = sourcePort,
            DestinationPort = port,
            TcpFlags = 0x02,
        }, []);
        return _datapath.Process(ModelHook.FromPod, from.EndpointId, frame[..length], 0, 1_000_000_000).Reason;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        _datapath.Dispose();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A pod that the agent knows.</summary>
internal sealed record TestPod(uint EndpointId, IpAddress Address);
