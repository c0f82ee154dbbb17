using System.Net;
using System.Net.Sockets;
using Weir.Lab;
using Weir.Lab.Cleanup;
using Weir.Lab.Manifests;
using Weir.Lab.Network;
using Weir.Linux;
using Weir.Linux.Netlink;
using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>A lab with pods in runc, its own API server and controllers, and agents that decide nothing.</summary>
public sealed class LabClusterTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Pods_run_on_both_nodes_find_each_other_by_address_and_leave_nothing()
    {
        await using var started = await StartedLab.StartAsync();
        var lab = started.Lab;
        await new ManifestApplier(lab.Connection).ApplyAsync(Pods, Stop);

        var one = await started.WaitForPodAsync("one", s_bound);
        var two = await started.WaitForPodAsync("two", s_bound);
        Assert.Equal(("192.168.1.", "192.168.2."), (one[..10], two[..10]));

        Assert.Equal((0, $"{two} ({two}:3002) open\n"), await started.ExecAsync("one", $"nc -zv -w2 {two} 3002"));
        Assert.Equal((0, $"Connecting to {two}:3002 ({two}:3002)\nremote file exists\n"), await started.ExecAsync("one", $"wget --spider http://{two}:3002/"));
        Assert.Equal((0, "Connecting to 13.107.21.237 (13.107.21.237:80)\n"), await started.ExecAsync("one", "wget --spider 13.107.21.237 2>&1 | head -1 >&2"));
        var (code, text) = await started.ExecAsync("one", "cat /etc/resolv.conf; echo $WHO $ME; id -u; exit 7");
        Assert.Equal((7, "nameserver 10.0.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\nfirst one\n0\n"), (code, text));
        Assert.Contains("/bin/sh", await File.ReadAllTextAsync(lab.LogPathOf("default", "one", null)!, Stop), StringComparison.Ordinal);
        Assert.Equal("[]", await started.WaitForAsync("pods", "three", p => p["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.ToString() is "ErrImagePull" or "ImagePullBackOff", "[]", s_bound));

        await started.StopAndExpectNothingAsync();
    }

    [Fact]
    public async Task The_machine_reaches_an_address_of_the_lab_as_the_external_client()
    {
        await using var started = await StartedLab.StartAsync();
        await new ManifestApplier(started.Lab.Connection).ApplyAsync(Pods, Stop);
        var two = await started.WaitForPodAsync("two", s_bound);

        var port = started.Lab.Relay.Listen(new IPEndPoint(IPAddress.Parse(two), 3002));
        using var client = new HttpClient();
        Assert.Contains("Feather wand", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), Stop), StringComparison.Ordinal);

        using var listener = started.Lab.Network.Nodes[1].OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(LabAddresses.Node(2)[0], 0));
        listener.Listen();
        using var relayed = await started.Lab.Relay.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Stop);
        using var seen = await listener.AcceptAsync(Stop);
        Assert.Equal(IPAddress.Parse("203.0.113.45"), ((IPEndPoint)seen.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task No_link_route_or_address_joins_the_lab_to_the_machine()
    {
        using var machine = RouteNetlink.Open();
        var (linksBefore, routesBefore) = (Names(machine), machine.Routes());
        var forwarding = await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_forward", Stop);
        await using var started = await StartedLab.StartAsync();
        await new ManifestApplier(started.Lab.Connection).ApplyAsync(Pods, Stop);
        await started.WaitForPodAsync("one", s_bound);

        Assert.Equal(linksBefore, Names(machine));
        Assert.Equal(routesBefore, machine.Routes());
        Assert.Equal(forwarding, await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_forward", Stop));

        // Each veth's other end is a link of some namespace of the lab: count both ends, and none may be missing.
        var ends = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(started.Options.RunFolder, "netns")))
        {
            using var ns = NetworkNamespace.Open(file);
            using var links = RouteNetlink.Open(ns);
            var all = links.Links();
            Assert.All(all, l => Assert.True(l.Kind is "veth" or "bridge" || l.Name == "lo", $"{file}: {l}"));
            ends += all.Count(l => l.Kind == "veth");
        }

        var pods = Directory.EnumerateFiles(Path.Combine(started.Options.RunFolder, "netns"), "pod-*").Count();
        Assert.Equal(2 * (1 + started.Options.Nodes + pods), ends);

        static List<string> Names(RouteNetlink links) => [.. links.Links().Select(l => l.Name).Order()];
    }

    [Fact]
    public async Task A_second_lab_says_who_holds_the_first()
    {
        await using var started = await StartedLab.StartAsync();

        var refused = await Assert.ThrowsAsync<LabException>(() => LabCluster.StartAsync(started.Options, null, Stop));

        Assert.Contains($"process {Environment.ProcessId}, since 20", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, LabLock.HolderOf(started.Options.RunFolder));
    }

    [Fact]
    public async Task What_is_missing_is_named_with_the_remedy()
    {
        var options = StartedLab.NewOptions() with { WorkloadBinary = "/nowhere/weir-workload", Nodes = 12 };

        var refused = await Assert.ThrowsAsync<LabException>(() => LabCluster.StartAsync(options, null, Stop));

        Assert.Contains("There is no /nowhere/weir-workload; publish it with", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nodes is 12; give 1 to 9.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pet_store_gets_ready_is_named_in_the_zone_and_its_balancer_is_routed_to_the_node_with_a_ready_pod()
    {
        await using var started = await StartedLab.StartAsync();
        await new ManifestApplier(started.Lab.Connection).ApplyAsync(await File.ReadAllTextAsync(StartedLab.Repository("samples/pet-store/pet-store.yaml"), Stop), Stop);

        var pods = await started.WaitForListAsync("/api/v1/namespaces/pets/pods", all => all.Count == 9 && all.All(StartedLab.IsReady), s_bound);
        var dns = await started.WaitForListAsync("/api/v1/namespaces/kube-system/pods", all => all.Count == 1 && all.All(StartedLab.IsReady), s_bound);
        Assert.Equal("10.0.0.10", (string?)(await started.GetAsync("/api/v1/namespaces/kube-system/services/kube-dns"))["spec"]!["clusterIP"]);
        Assert.Contains(pods, p => (string?)p["metadata"]!["name"] == "rabbitmq-0");
        Assert.Equal(["node1", "node2"], pods.Concat(dns).Select(p => (string)p["spec"]!["nodeName"]!).Distinct().Order());

        var front = (string)pods.Single(p => (string?)p["metadata"]!["labels"]!["app"] == "store-front")["spec"]!["nodeName"]!;
        var service = await started.GetAsync("/api/v1/namespaces/pets/services/store-front");
        var balancer = IPAddress.Parse((string)service["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]!);
        using var world = RouteNetlink.Open(started.Lab.Network.World);
        var route = Assert.Single(world.Routes(), r => balancer.Equals(r.Destination) && r.PrefixLength == 32 && r.Table == 254);
        Assert.Equal(LabAddresses.Node(front[^1] - '0')[0], route.Gateway);

        var zone = await File.ReadAllTextAsync(Path.Combine(started.Options.RunFolder, "dns/zone.json"), Stop);
        Assert.Contains("\"name\":\"product-service\",\"clusterIps\":[\"10.0.96.101\"", zone, StringComparison.Ordinal);
        await started.StopAndExpectNothingAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Pods = """
        apiVersion: v1
        kind: Pod
        metadata: { name: one, namespace: default, labels: { app: one } }
        spec:
          nodeName: node1
          containers:
            - name: shell
              image: busybox:1.36
              command: ["sh", "-c", "echo started by $0; exec sleep 3600", "/bin/sh"]
              env: [{ name: WHO, value: first }, { name: ME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: two, namespace: default, labels: { app: two } }
        spec:
          nodeName: node2
          containers:
            - name: products
              image: weir/pet-store:1
              args: ["product-service"]
              readinessProbe: { httpGet: { path: /health, port: 3002 }, periodSeconds: 5 }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: three, namespace: default }
        spec:
          nodeName: node2
          containers: [{ name: none, image: "nginx:latest" }]
        """;
}
