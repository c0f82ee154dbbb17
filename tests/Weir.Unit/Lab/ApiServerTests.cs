using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>The server as its clients see it, over a real socket.</summary>
public sealed class ApiServerTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private LabServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await LabServer.StartAsync(prepare: server =>
        server.Admit("", "secrets", review => review.Object.Text("data", "bad") is { } bad
            ? [FieldFault.Invalid("data.bad", bad, "is bad")]
            : []));

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task The_typed_client_creates_reads_changes_and_deletes_a_pod()
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "one", Labels = new Dictionary<string, string> { ["app"] = "a" } },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "pets/store-front" }] },
        };
        var core = _lab.Connection.Typed.CoreV1;
        var created = await core.CreateNamespacedPodAsync(pod, "default", cancellationToken: Ct);
        Assert.Equal("Pending", created.Status.Phase);
        Assert.Equal("Always", created.Spec.RestartPolicy);
        Assert.NotNull(created.Metadata.CreationTimestamp);

        created.Status.Phase = "Running";
        created.Metadata.Labels["app"] = "not through status";
        var running = await core.ReplaceNamespacedPodStatusAsync(created, "one", "default", cancellationToken: Ct);
        Assert.Equal("Running", running.Status.Phase);
        Assert.Equal("a", running.Metadata.Labels["app"]);

        var listed = await core.ListNamespacedPodAsync("default", labelSelector: "app in (a,b),!x", cancellationToken: Ct);
        Assert.Equal("one", Assert.Single(listed.Items).Metadata.Name);
        await core.DeleteNamespacedPodAsync("one", "default", cancellationToken: Ct);
        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => core.ReadNamespacedPodAsync("one", "default", cancellationToken: Ct));
        Assert.Equal(HttpStatusCode.NotFound, gone.Response.StatusCode);
    }

    [Fact]
    public async Task Of_two_writers_with_the_same_version_the_second_is_told_of_the_conflict()
    {
        var map = await _lab.CreateAsync(Maps, """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        map["data"]!["a"] = "2";
        await _lab.ReplaceAsync($"{Maps}/m", map);
        map["data"]!["a"] = "3";

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.ReplaceAsync($"{Maps}/m", map));
        Assert.Equal((409, "Conflict"), (fault.Code, fault.Reason));
        Assert.StartsWith("Operation cannot be fulfilled on configmaps \"m\": the object has been modified", fault.Message, StringComparison.Ordinal);
        Assert.Equal("2", (await _lab.GetAsync($"{Maps}/m")).Text("data", "a"));
    }

    [Fact]
    public async Task A_hundred_writers_that_patch_one_object_all_leave_their_mark()
    {
        await _lab.CreateAsync(Maps, """{"metadata":{"name":"m"}}""");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _lab.MergeAsync($"{Maps}/m", $$$"""{"data":{"k{{{i}}}":"v"}}""")));

        Assert.Equal(100, (await _lab.GetAsync($"{Maps}/m")).Map("data")!.Count);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_makes_no_new_version()
    {
        var before = await _lab.CreateAsync(Maps, """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        var after = await _lab.MergeAsync($"{Maps}/m", """{"data":{"a":"1"}}""");

        Assert.Equal(before.Text("metadata", "resourceVersion"), after.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public async Task The_generation_counts_changes_of_the_wish_and_not_of_labels_or_status()
    {
        const string Path = "/apis/apps/v1/namespaces/default/deployments";
        await _lab.CreateAsync(Path, """{"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        await _lab.MergeAsync($"{Path}/d", """{"metadata":{"labels":{"x":"y"}}}""");
        await _lab.MergeAsync($"{Path}/d/status", """{"status":{"replicas":1}}""");
        Assert.Equal(1, (await _lab.GetAsync($"{Path}/d")).Number("metadata", "generation"));

        await _lab.MergeAsync($"{Path}/d", """{"spec":{"replicas":3}}""");
        var after = await _lab.GetAsync($"{Path}/d");
        Assert.Equal(2, after.Number("metadata", "generation"));
        Assert.Equal(1, after.Number("status", "replicas"));
    }

    [Fact]
    public async Task A_refused_policy_gives_422_and_the_last_good_one_stays()
    {
        const string Path = "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies";
        await _lab.CreateAsync(Path, """{"metadata":{"name":"p"},"spec":{"endpointSelector":{"matchLabels":{"app":"a"}},"ingress":[{}]}}""");

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(
            () => _lab.MergeAsync($"{Path}/p", """{"spec":{"ingress":[{"fromCIDR":["10.0.0.0/99"]}]}}"""));
        Assert.Equal((422, "Invalid"), (fault.Code, fault.Reason));
        Assert.StartsWith("CiliumNetworkPolicy.cilium.io \"p\" is invalid: spec.ingress[0].fromCIDR[0]: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal("[{}]", (await _lab.GetAsync($"{Path}/p")).At("spec", "ingress")!.ToJsonString());
    }

    [Fact]
    public async Task A_judge_of_ones_own_refuses_with_the_words_of_a_real_server()
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(
            () => _lab.CreateAsync("/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"},"data":{"bad":"x"}}"""));
        Assert.Equal("Secret \"s\" is invalid: data.bad: Invalid value: \"x\": is bad", fault.Message);
    }

    [Theory]
    [InlineData("POST", Maps, """{"metadata":{"name":"Upper"}}""", 422, "Invalid")]
    [InlineData("POST", Maps, """{"metadata":{}}""", 422, "Invalid")]
    [InlineData("POST", Maps, """{"metadata":{"name":"a","namespace":"other"}}""", 400, "BadRequest")]
    [InlineData("POST", Maps, """{"kind":"Secret","metadata":{"name":"a"}}""", 400, "BadRequest")]
    [InlineData("POST", Maps, """{"apiVersion":"v2","metadata":{"name":"a"}}""", 400, "BadRequest")]
    [InlineData("POST", Maps, """{"metadata":{"name":"a","resourceVersion":"7"}}""", 400, "BadRequest")]
    [InlineData("POST", "/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"a"}}""", 404, "NotFound")]
    [InlineData("POST", "/api/v1/namespaces", """{"metadata":{"name":"default"}}""", 409, "AlreadyExists")]
    [InlineData("POST", "/api/v1/namespaces/default/gadgets", """{"metadata":{"name":"a"}}""", 404, "NotFound")]
    [InlineData("PUT", Maps, """{"metadata":{"name":"a"}}""", 405, "MethodNotAllowed")]
    [InlineData("GET", "/api/v1/pods?fieldSelector=spec.image%3Dx", null, 400, "BadRequest")]
    [InlineData("GET", "/api/v1/pods?labelSelector=a%20b", null, 400, "BadRequest")]
    [InlineData("DELETE", Maps + "/none", null, 404, "NotFound")]
    public async Task What_a_real_server_refuses_is_refused_with_its_reason(string method, string path, string? body, int code, string reason)
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() =>
            _lab.Connection.SendAsync(new HttpMethod(method), path, body is null ? null : JsonNode.Parse(body), Ct));
        Assert.Equal((code, reason), (fault.Code, fault.Reason));
    }

    [Fact]
    public async Task An_object_with_a_finalizer_stays_until_that_is_gone()
    {
        await _lab.CreateAsync(Maps, """{"metadata":{"name":"m","finalizers":["x.y/z"]}}""");
        var marked = await _lab.DeleteAsync($"{Maps}/m");
        Assert.NotNull(marked.Text("metadata", "deletionTimestamp"));
        Assert.NotNull((await _lab.GetAsync($"{Maps}/m")).Text("metadata", "deletionTimestamp"));

        await _lab.MergeAsync($"{Maps}/m", """{"metadata":{"finalizers":null}}""");
        await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.GetAsync($"{Maps}/m"));
    }

    [Fact]
    public async Task A_pod_on_a_node_is_marked_first_and_gone_once_the_node_says_so()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await _lab.CreateAsync(Pods, """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}""");
        var marked = await _lab.DeleteAsync($"{Pods}/p");
        Assert.Equal(30, marked.Number("metadata", "deletionGracePeriodSeconds"));

        await _lab.DeleteAsync($"{Pods}/p", """{"gracePeriodSeconds":0}""");
        await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.GetAsync($"{Pods}/p"));
    }

    [Fact]
    public async Task What_an_owner_leaves_behind_is_collected()
    {
        var owner = await _lab.CreateAsync(Maps, """{"metadata":{"name":"owner"}}""");
        var uid = owner.Text("metadata", "uid");
        await _lab.CreateAsync(Maps, $$$"""{"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{uid}}}"}]}}""");
        await _lab.DeleteAsync($"{Maps}/owner");

        await Eventually.HoldsAsync(async () => !(await _lab.GetAsync(Maps)).Items("items").Any(), "the child is gone");
    }

    [Fact]
    public async Task A_foreground_deletion_keeps_the_owner_until_its_dependants_are_gone()
    {
        var owner = await _lab.CreateAsync(Maps, """{"metadata":{"name":"owner"}}""");
        var uid = owner.Text("metadata", "uid");
        await _lab.CreateAsync(Maps, $$$"""{"metadata":{"name":"child","finalizers":["x.y/z"],"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{uid}}}"}]}}""");
        await _lab.DeleteAsync($"{Maps}/owner", """{"propagationPolicy":"Foreground"}""");
        await Eventually.HoldsAsync(
            async () => (await _lab.GetAsync($"{Maps}/child")).Text("metadata", "deletionTimestamp") is not null, "the child is marked");
        Assert.NotNull(await _lab.GetAsync($"{Maps}/owner"));

        await _lab.MergeAsync($"{Maps}/child", """{"metadata":{"finalizers":null}}""");
        await Eventually.HoldsAsync(async () => !(await _lab.GetAsync(Maps)).Items("items").Any(), "both are gone");
    }

    [Fact]
    public async Task Pages_of_a_list_join_to_the_whole()
    {
        for (var i = 0; i < 10; i++) await _lab.CreateAsync(Maps, $$$"""{"metadata":{"name":"m{{{i}}}"}}""");
        var names = new List<string?>();
        string? next = "";
        while (next is not null)
        {
            var page = await _lab.GetAsync($"{Maps}?limit=3" + (next.Length > 0 ? $"&continue={Uri.EscapeDataString(next)}" : ""));
            names.AddRange(page.Items("items").Select(i => i.Text("metadata", "name")));
            next = page.Text("metadata", "continue");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{i}"), names);
    }

    [Fact]
    public async Task Ten_thousand_pods_are_listed()
    {
        using var store = new ObjectStore(null);
        var pods = BuiltInKinds.List.Single(k => k.StoreKey == "pods");
        for (var i = 0; i < 10000; i++)
            store.TryWrite(pods, "default", $"p{i}", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"p{i}" } });
        var target = new ApiTarget(pods, "", "", "");
        var query = new Microsoft.AspNetCore.Http.QueryCollection();
        using var sent = new MemoryStream();
        var output = System.IO.Pipelines.PipeWriter.Create(sent);
        await ListWriter.WriteAsync(output, pods, new ListWriter(store).Pick(target, ListOptions.Read(query, pods, "")), Ct);

        Assert.Equal(10000, JsonTree.Parse(sent.ToArray()).Items("items").Count());
    }

    [Fact]
    public async Task A_service_gets_addresses_of_both_families_that_nobody_else_has()
    {
        const string Services = "/api/v1/namespaces/default/services";
        var first = await _lab.CreateAsync(Services, """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}}""");
        var second = await _lab.CreateAsync(Services, """{"metadata":{"name":"b"},"spec":{"ports":[{"port":80}]}}""");
        Assert.Equal("""["10.0.0.11","fd00:10::b"]""", first.At("spec", "clusterIPs")!.ToJsonString());
        Assert.NotEqual(first.Text("spec", "clusterIP"), second.Text("spec", "clusterIP"));

        var named = """{"metadata":{"name":"c"},"spec":{"clusterIP":"10.0.0.10","ports":[{"port":53}]}}""";
        await _lab.CreateAsync(Services, named);
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Services, named.Replace("\"c\"", "\"d\"", StringComparison.Ordinal)));
        Assert.Equal(422, fault.Code);
    }
}
