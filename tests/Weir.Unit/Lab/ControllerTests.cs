using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Controllers;
using Weir.Lab.Manifests;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Manifest in, running cluster out: every controller at once over the real server.</summary>
public sealed class ControllerTests : IAsyncLifetime
{
    private const string Front = """
        apiVersion: v1
        kind: Namespace
        metadata: { name: pets }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: store-front, namespace: pets }
        spec:
          replicas: 4
          selector: { matchLabels: { app: store-front } }
          template:
            metadata: { labels: { app: store-front } }
            spec:
              containers:
              - name: store-front
                image: pets/store-front:v1
                ports: [{ containerPort: 8080, name: http }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: store-front, namespace: pets }
        spec:
          type: LoadBalancer
          selector: { app: store-front }
          ports: [{ port: 80, targetPort: http }]
        """;

    private const string Deployment = "/apis/apps/v1/namespaces/pets/deployments/store-front";
    private readonly List<Running> _running = [];
    private LabServer _lab = null!;
    private FakeKubelet _kubelet = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync();
        var controllers = new LabControllers(_lab.Connection);
        await controllers.PrepareAsync(Ct);
        await controllers.PrepareAsync(Ct);
        _kubelet = new FakeKubelet(_lab);
        await _kubelet.AddNodeAsync("node1");
        await _kubelet.AddNodeAsync("node2");
        _running.Add(new Running(controllers.RunAsync));
        _running.Add(new Running(_kubelet.RunAsync));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running) await running.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task A_deployment_and_its_service_converge_from_a_manifest()
    {
        await ApplyAsync(Front);
        await RolledOutAsync(4);

        var pods = await PodsAsync();
        Assert.All(pods, p => Assert.Matches("^store-front-[a-z0-9]{5,10}-[a-z0-9]{5}$", p.ObjectName().Name));
        Assert.Equal(2, pods.Count(p => p.Text("spec", "nodeName") == "node1"));
        Assert.Equal(2, pods.Count(p => p.Text("spec", "nodeName") == "node2"));
        await Eventually.HoldsAsync(async () => (await ReadyAsync("IPv4"), await ReadyAsync("IPv6")) is (4, 4), "both slices have four ready backends");
        var slice = (await SlicesAsync()).First();
        Assert.Equal(8080, slice.Items("ports").Single().Number("port"));
        var endpoints = await _lab.GetAsync("/api/v1/namespaces/pets/endpoints/store-front");
        Assert.Equal(4, endpoints.Items("subsets").Single().Items("addresses").Count());
        var service = await _lab.GetAsync("/api/v1/namespaces/pets/services/store-front");
        Assert.Equal(["198.51.100.1", "2001:db8:198::1"], service.Items("status", "loadBalancer", "ingress").Select(i => i.Text("ip")));
        await Eventually.HoldsAsync(
            async () => (await _lab.GetAsync("/api/v1/namespaces/pets/serviceaccounts")).Items("items").Count() == 1, "the account is there");
    }

    [Fact]
    public async Task A_rolling_update_never_falls_below_its_minimum_and_ends_with_the_new_template_only()
    {
        await ApplyAsync(Front);
        await RolledOutAsync(4);
        var fewest = int.MaxValue;
        using var done = new CancellationTokenSource();
        var counting = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested) fewest = Math.Min(fewest, (await PodsAsync()).Count(PodCondition.IsReady));
            },
            Ct);
        await ApplyAsync(Front.Replace(":v1", ":v2", StringComparison.Ordinal));
        await Eventually.HoldsAsync(
            async () => (await PodsAsync()) is { Count: 4 } pods && pods.All(p => p.Items("spec", "containers").Single().Text("image") == "pets/store-front:v2"),
            "four pods of the new image");
        await done.CancelAsync();
        await counting;

        Assert.InRange(fewest, 3, 4);
        var deployment = await _lab.GetAsync(Deployment);
        Assert.Equal("2", deployment.Text("metadata", "annotations", "deployment.kubernetes.io/revision"));
        Assert.Equal(2, (await _lab.GetAsync("/apis/apps/v1/namespaces/pets/replicasets")).Items("items").Count());
        await RolledOutAsync(4);
    }

    [Fact]
    public async Task A_rollout_of_pods_that_never_get_ready_keeps_the_old_ones()
    {
        await ApplyAsync(Front);
        await RolledOutAsync(4);
        _kubelet.Ready = false;
        await ApplyAsync(Front.Replace(":v1", ":v2", StringComparison.Ordinal));
        await Eventually.HoldsAsync(
            async () =>
            {
                var pods = await PodsAsync();
                return pods.Count(p => !PodCondition.IsReady(p)) == 2 && pods.Count(PodCondition.IsReady) == 3;
            },
            "surge and missing share are used up, and no more");
    }

    [Fact]
    public async Task Scaling_down_takes_pods_and_backends_away()
    {
        await ApplyAsync(Front);
        await RolledOutAsync(4);
        await _lab.MergeAsync(Deployment, """{"spec":{"replicas":1}}""");
        await RolledOutAsync(1);

        await Eventually.HoldsAsync(async () => await ReadyAsync("IPv4") == 1, "one backend is left");
    }

    [Fact]
    public async Task A_stateful_set_makes_its_pods_in_order_and_by_name()
    {
        await ApplyAsync("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: { name: rabbitmq }
            spec:
              replicas: 3
              serviceName: rabbitmq
              selector: { matchLabels: { app: rabbitmq } }
              template:
                metadata: { labels: { app: rabbitmq } }
                spec: { containers: [{ name: rabbitmq, image: pets/rabbitmq }] }
            """);
        const string Set = "/apis/apps/v1/namespaces/default/statefulsets/rabbitmq";
        await Eventually.HoldsAsync(async () => (await _lab.GetAsync(Set)).Number("status", "readyReplicas") == 3, "three are ready");

        var pods = (await _lab.GetAsync("/api/v1/namespaces/default/pods")).Items("items").OfType<JsonObject>()
            .OrderBy(p => long.Parse(p.Text("metadata", "resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(["rabbitmq-0", "rabbitmq-1", "rabbitmq-2"], pods.Select(p => p.ObjectName().Name).Order());
        Assert.Equal("rabbitmq", pods[0].Text("spec", "subdomain"));
        await _lab.MergeAsync(Set, """{"spec":{"replicas":1}}""");
        await Eventually.HoldsAsync(async () => (await _lab.GetAsync(Set)).Number("status", "replicas") == 1, "one is left");
        Assert.Equal("rabbitmq-0", (await _lab.GetAsync("/api/v1/namespaces/default/pods")).Items("items").Single().Text("metadata", "name"));
    }

    [Fact]
    public async Task A_daemon_set_has_a_pod_on_each_node_that_comes()
    {
        await ApplyAsync("""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: { name: d }
            spec:
              selector: { matchLabels: { app: d } }
              template:
                metadata: { labels: { app: d } }
                spec: { containers: [{ name: d, image: d }] }
            """);
        await _kubelet.AddNodeAsync("node3");

        await Eventually.HoldsAsync(
            async () => (await _lab.GetAsync("/apis/apps/v1/namespaces/default/daemonsets/d")).Number("status", "numberReady") == 3, "three are ready");
    }

    [Fact]
    public async Task A_pod_that_fits_no_node_says_why_and_is_placed_when_one_comes()
    {
        const string Pod = "/api/v1/namespaces/default/pods/p";
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: p }
            spec: { nodeSelector: { kubernetes.io/hostname: node9 }, containers: [{ name: c, image: i }] }
            """);
        await Eventually.HoldsAsync(
            async () => (await _lab.GetAsync(Pod)).Items("status", "conditions").Any(c => c.Text("reason") == "Unschedulable"), "it says why");
        await _kubelet.AddNodeAsync("node9");

        await Eventually.HoldsAsync(async () => (await _lab.GetAsync(Pod)).Text("spec", "nodeName") == "node9", "it is placed");
    }

    [Fact]
    public async Task A_namespace_that_is_deleted_takes_everything_in_it_along()
    {
        await ApplyAsync(Front);
        await RolledOutAsync(4);
        await _lab.DeleteAsync("/api/v1/namespaces/pets");
        await Eventually.HoldsAsync(
            async () => !(await _lab.GetAsync("/api/v1/namespaces")).Items("items").Any(n => n.Text("metadata", "name") == "pets"), "it is gone");

        Assert.Empty((await _lab.GetAsync("/api/v1/pods")).Items("items"));
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync("/api/v1/namespaces/pets/pods", """{"metadata":{"name":"x"}}"""));
        Assert.Equal(404, fault.Code);
    }

    private async Task ApplyAsync(string yaml) => Assert.NotEmpty(await new ManifestApplier(_lab.Connection).ApplyAsync(yaml, Ct));

    private async Task<List<JsonObject>> PodsAsync() => [.. (await _lab.GetAsync("/api/v1/namespaces/pets/pods")).Items("items").OfType<JsonObject>()];

    private async Task<List<JsonObject>> SlicesAsync() =>
        [.. (await _lab.GetAsync("/apis/discovery.k8s.io/v1/namespaces/pets/endpointslices")).Items("items").OfType<JsonObject>()];

    private async Task<int> ReadyAsync(string family) => (await SlicesAsync()).Where(s => s.Text("addressType") == family)
        .SelectMany(s => s.Items("endpoints")).Count(e => e.Flag("conditions", "ready") ?? false);

    private Task RolledOutAsync(int replicas) => Eventually.HoldsAsync(
        async () =>
        {
            var deployment = await _lab.GetAsync(Deployment);
            return deployment.Number("status", "availableReplicas") == replicas && deployment.Number("status", "replicas") == replicas
                && deployment.Number("status", "updatedReplicas") == replicas
                && deployment.Number("status", "observedGeneration") == deployment.Number("metadata", "generation");
        },
        $"{replicas} replicas are available");
}
