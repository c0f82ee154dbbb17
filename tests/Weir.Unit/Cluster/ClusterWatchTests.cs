using Weir.Cluster;
using Weir.Cluster.Identities;
using Weir.Cluster.Objects;
using Weir.Cluster.Status;
using Weir.Model;
using Weir.Unit.Lab;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Weir.Unit.Cluster;

/// <summary>From the API to a state, and back: what agents see, number and report.</summary>
public sealed class ClusterWatchTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Policies = "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies";
    private LabServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync();
        await _lab.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-system"}}""");
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task The_first_change_comes_when_everything_is_listed_and_tells_all()
    {
        await _lab.CreateAsync(Pods, Pod("a", "x"));
        var watch = new ClusterWatch(_lab.Connection);
        var changes = watch.Subscribe();
        Assert.False(watch.WhenSynced.IsCompleted);
        await using var running = new Running(watch.RunAsync);
        var first = await changes.ReadAsync(Ct);

        Assert.True(watch.WhenSynced.IsCompleted);
        Assert.Same(ClusterState.Empty, first.Previous);
        Assert.Contains((ClusterPart.Pods, new ObjectName("default", "a")), first.Names);
        Assert.Equal(2, first.State.Namespaces.Count);
    }

    [Fact]
    public async Task A_reader_that_sleeps_is_given_one_change_with_all_names()
    {
        var watch = new ClusterWatch(_lab.Connection);
        var changes = watch.Subscribe();
        await using var running = new Running(watch.RunAsync);
        var first = await changes.ReadAsync(Ct);
        for (var i = 0; i < 20; i++) await _lab.CreateAsync(Pods, Pod($"p{i}", "x"));
        await Eventually.HoldsAsync(() => Task.FromResult(watch.State.Pods.Count == 20), "the pods are seen");

        Assert.True(changes.TryRead(out var joined));
        Assert.Equal(20, joined.Of(ClusterPart.Pods).Count());
        Assert.Same(first.State, joined.Previous);
        Assert.False(changes.TryRead(out _));
    }

    [Fact]
    public async Task A_bad_policy_leaves_the_last_good_version_in_force_and_its_status_says_so()
    {
        // The server would refuse a bad policy; the judge here is stricter than the server.
        var options = new ClusterWatchOptions { Judge = p => p.Document.Text("spec", "description") == "bad" ? ["spec.description: bad"] : [] };
        var watch = new ClusterWatch(_lab.Connection, options);
        var writer = new PolicyStatusWriter(_lab.Connection, TimeProvider.System, NullLogger<PolicyStatusWriter>.Instance);
        var changes = watch.Subscribe();
        await using var running = new Running(watch.RunAsync);
        await using var writing = new Running(ct => writer.RunAsync(changes, ct));
        var key = new PolicyKey("CiliumNetworkPolicy", new ObjectName("default", "p"));
        await _lab.CreateAsync(Policies, """{"metadata":{"name":"p"},"spec":{"endpointSelector":{},"ingress":[{}],"description":"1"}}""");
        await ValidIsAsync("True");
        await _lab.MergeAsync($"{Policies}/p", """{"spec":{"description":"bad"}}""");
        await ValidIsAsync("False");

        Assert.Equal("1", watch.State.Policies[key].Document.Text("spec", "description"));
        Assert.True(watch.State.PolicyFaults[key].HasOlder);
        await _lab.MergeAsync($"{Policies}/p", """{"spec":{"description":"2"}}""");
        await ValidIsAsync("True");
        Assert.Equal("2", watch.State.Policies[key].Document.Text("spec", "description"));
        Assert.Empty(watch.State.PolicyFaults);

        Task ValidIsAsync(string status) => Eventually.HoldsAsync(
            async () => (await _lab.GetAsync($"{Policies}/p")).Items("status", "conditions").Any(c =>
                c.Text("type") == "Valid" && c.Text("status") == status),
            $"Valid is {status}");
    }

    [Fact]
    public async Task Pods_with_the_same_labels_share_a_number_that_every_watch_sees()
    {
        var watch = new ClusterWatch(_lab.Connection);
        var allocator = new IdentityAllocator(_lab.Connection, watch, "node1");
        var rival = new IdentityAllocator(_lab.Connection, watch, "node2");
        await using var running = new Running(watch.RunAsync);
        await using var allocating = new Running(allocator.RunAsync);
        await using var waiting = new Running(rival.RunAsync);
        await _lab.CreateAsync(Pods, Pod("a", "x"));
        await _lab.CreateAsync(Pods, Pod("b", "x"));
        await _lab.CreateAsync(Pods, Pod("c", "y"));
        await Eventually.HoldsAsync(() => Task.FromResult(watch.State.Identities.Count >= 2), "two identities are there");

        var state = watch.State;
        var numbers = state.Pods.Values.OrderBy(p => p.Name.Name, StringComparer.Ordinal).Select(state.PodIdentity).ToList();
        Assert.Equal(2, state.Identities.Count);
        Assert.Equal(numbers[0], numbers[1]);
        Assert.NotEqual(numbers[0], numbers[2]);
        Assert.All(numbers, n => Assert.InRange(n.Value, 256u, 65535u));
        Assert.Equal("x", state.Identities[numbers[0]].Find("k8s", "app"));
        Assert.Equal("default", state.Identities[numbers[0]].Find("k8s", "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"));
    }

    [Fact]
    public async Task An_endpoint_report_is_written_once_and_goes_with_its_pod()
    {
        var pod = await _lab.CreateAsync(Pods, Pod("a", "x"));
        var writer = new EndpointWriter(_lab.Connection);
        var report = new EndpointReport(
            new ObjectName("default", "a"),
            pod.Text("metadata", "uid")!,
            7,
            new SecurityIdentity(300),
            new LabelSet([new Label("k8s", "app", "x")]),
            [IpAddress.Parse("192.168.1.5"), IpAddress.Parse("fd00:192:168:1::5")],
            IpAddress.Parse("172.18.0.11"));
        const string Path = "/apis/cilium.io/v2/namespaces/default/ciliumendpoints/a";
        await writer.WriteAsync(report, Ct);
        var first = await _lab.GetAsync(Path);
        await writer.WriteAsync(report, Ct);
        var read = EndpointState.Read(await _lab.GetAsync(Path));

        Assert.Equal(first.Text("metadata", "resourceVersion"), (await _lab.GetAsync(Path)).Text("metadata", "resourceVersion"));
        Assert.Equal((7u, 300u, report.Node), (read.EndpointId, read.Identity.Value, read.Node));
        Assert.Equal(report.Addresses, read.Addresses);
        await _lab.DeleteAsync($"{Pods}/a");
        await Eventually.HoldsAsync(
            async () => !(await _lab.GetAsync("/apis/cilium.io/v2/ciliumendpoints")).Items("items").Any(), "the report is gone");
    }

    private static string Pod(string name, string app) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"app":"{{{app}}}","pod-template-hash":"{{{name}}}"}},
         "spec":{"containers":[{"name":"c","image":"i"}]}}
        """;
}
