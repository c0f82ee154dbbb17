using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Cni;
using Weir.Linux;
using Weir.Linux.Netlink;
using Xunit;

namespace Weir.Kernel.Lab;

public sealed class CniPluginTests
{
    public CniPluginTests() => Assert.SkipUnless(ProcessLife.IsRoot, "needs root, to make network namespaces");

    [Fact]
    public async Task ADD_gives_the_pod_its_addresses_and_a_way_out_and_DEL_takes_all_away()
    {
        using var folder = new TestFolder();
        await using var agent = new ScriptedAgent(folder["agent.sock"]);
        using var node = NetworkNamespace.Create(folder["node"]);
        using var pod = NetworkNamespace.Create(folder["pod"]);

        var (code, result) = Run(folder, node, "ADD", "c1");

        Assert.True(code == 0, result.ToJsonString());
        Assert.Equal(["allocate", "attach"], agent.Requests);
        Assert.Equal("192.168.1.2/32", (string)result["ips"]![0]!["address"]!);
        Assert.Equal("fd00:192:168:1::2/128", (string)result["ips"]![1]!["address"]!);
        Assert.Equal(folder["pod"], (string)result["interfaces"]![1]!["sandbox"]!);
        await ExchangeAsync(node, pod, IPAddress.Parse("192.168.1.2"));
        await ExchangeAsync(node, pod, IPAddress.Parse("fd00:192:168:1::2"));
        Assert.Equal(0, Run(folder, node, "CHECK", "c1").Code);

        Assert.Equal(0, Run(folder, node, "DEL", "c1").Code);
        Assert.Equal(0, Run(folder, node, "DEL", "c1").Code);
        Assert.Equal("release", agent.Requests[^1]);
        using var links = RouteNetlink.Open(node);
        Assert.Equal(["lo"], links.Links().Select(l => l.Name));
    }

    [Fact]
    public async Task A_refusal_of_the_agent_is_CNIs_error_and_leaves_nothing()
    {
        using var folder = new TestFolder();
        await using var agent = new ScriptedAgent(folder["agent.sock"]) { Refusal = "no address is free" };
        using var node = NetworkNamespace.Create(folder["node"]);
        using var pod = NetworkNamespace.Create(folder["pod"]);

        var (code, error) = Run(folder, node, "ADD", "c1");

        Assert.Equal(1, code);
        Assert.Equal(100, (int)error["code"]!);
        Assert.Equal("The agent refused: no address is free", (string)error["msg"]!);
        using var links = RouteNetlink.Open(node);
        Assert.Equal(["lo"], links.Links().Select(l => l.Name));
    }

    [Fact]
    public async Task CHECK_names_what_is_missing()
    {
        using var folder = new TestFolder();
        await using var agent = new ScriptedAgent(folder["agent.sock"]);
        using var node = NetworkNamespace.Create(folder["node"]);
        using var pod = NetworkNamespace.Create(folder["pod"]);
        Run(folder, node, "ADD", "c1");
        using (var inside = RouteNetlink.Open(pod)) inside.DeleteLink("eth0");

        var (code, error) = Run(folder, node, "CHECK", "c1");

        Assert.Equal(1, code);
        Assert.Contains("has no interface eth0", (string)error["msg"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GC_removes_what_the_runtime_no_longer_has()
    {
        using var folder = new TestFolder();
        await using var agent = new ScriptedAgent(folder["agent.sock"]);
        using var node = NetworkNamespace.Create(folder["node"]);
        using var pod = NetworkNamespace.Create(folder["pod"]);
        Run(folder, node, "ADD", "c1");
        using (var inside = RouteNetlink.Open(pod)) inside.SetAlias(inside.IndexOf("eth0"), "kept apart");
        var valid = new JsonObject { ["cni.dev/valid-attachments"] = new JsonArray(new JsonObject { ["containerID"] = "c1", ["ifname"] = "eth0" }) };

        using var links = RouteNetlink.Open(node);
        Assert.Equal(0, Run(folder, node, "GC", "c1", valid).Code);
        Assert.NotNull(links.Find("weir2"));
        Assert.Equal(0, Run(folder, node, "GC", "c1").Code);
        Assert.Null(links.Find("weir2"));
    }

    [Fact]
    public void Without_an_agent_STATUS_and_ADD_say_where_it_was_looked_for()
    {
        using var folder = new TestFolder();
        using var node = NetworkNamespace.Create(folder["node"]);
        using var pod = NetworkNamespace.Create(folder["pod"]);

        var status = Run(folder, node, "STATUS", "c1").Result;
        Assert.Equal(50, (int)status["code"]!);
        Assert.Contains(folder["agent.sock"], (string)status["msg"]!, StringComparison.Ordinal);
        Assert.Equal(11, (int)Run(folder, node, "ADD", "c1").Result["code"]!);
    }

    private static (int Code, JsonObject Result) Run(TestFolder folder, NetworkNamespace node, string command, string container, JsonObject? more = null)
    {
        var configuration = more ?? [];
        configuration["cniVersion"] = "1.1.0";
        configuration["name"] = "weir";
        configuration["agentSocket"] = folder["agent.sock"];
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = container,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_NETNS"] = folder["pod"],
            ["CNI_ARGS"] = "K8S_POD_NAMESPACE=pets;K8S_POD_NAME=store-front;K8S_POD_UID=u1",
        };
        var output = new StringWriter();
        var code = node.Run(() => Plugin.Run(environment.GetValueOrDefault, new MemoryStream(Encoding.UTF8.GetBytes(configuration.ToJsonString())), output));
        return (code, output.ToString() is { Length: > 0 } text ? JsonNode.Parse(text)!.AsObject() : []);
    }

    private static async Task ExchangeAsync(NetworkNamespace node, NetworkNamespace pod, IPAddress address)
    {
        using var node1 = RouteNetlink.Open(node);
        var source = address.AddressFamily == AddressFamily.InterNetwork ? "172.18.0.11" : "fd00:172:18::11";
        node1.AddAddress(node1.IndexOf("lo"), IPAddress.Parse(source), address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        using var listener = pod.OpenSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        using var client = node.OpenSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        Assert.True(client.Connected);
    }
}
