using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Controllers;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>What controllers keep for those who want to go back, and what budgets keep from going.</summary>
public sealed class RolloutHistoryTests : IAsyncLifetime
{
    private const string Sets = "/apis/apps/v1/namespaces/default/statefulsets";
    private const string Revisions = "/apis/apps/v1/namespaces/default/controllerrevisions";
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

    private LabServer _lab = null!;
    private Running _controllers = null!;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync();
        _controllers = new Running(new LabControllers(_lab.Connection).RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task Each_template_of_a_stateful_set_is_a_revision_and_one_that_comes_back_is_the_newest()
    {
        await _lab.CreateAsync(Sets, Set("a:1"));
        await Eventually.HoldsAsync(async () => (await RevisionsAsync()).Count == 1, "the first revision");
        await _lab.MergeAsync($"{Sets}/s", Template("a:2"));
        await Eventually.HoldsAsync(async () => (await RevisionsAsync()).Count == 2, "the second revision");
        await _lab.MergeAsync($"{Sets}/s", Template("a:1"));
        await Eventually.HoldsAsync(async () => (await RevisionsAsync()).Select(r => r.Number("revision")).Order().SequenceEqual([2L, 3L]), "the first again");

        var newest = (await RevisionsAsync()).MaxBy(r => r.Number("revision"))!;
        Assert.Equal("a:1", newest.Items("data", "spec", "template", "spec", "containers").Single().Text("image"));
        Assert.Equal(("replace", "a"), (newest.Text("data", "spec", "template", "$patch"), newest.Text("metadata", "labels", "app")));
        Assert.StartsWith("s-", newest.Text("metadata", "name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_without_room_keeps_a_ready_pod_from_being_evicted()
    {
        await ReadyPodAsync("p1");
        await ReadyPodAsync("p2");
        await _lab.CreateAsync(Budgets, """{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}}""");
        await Eventually.HoldsAsync(async () => (await _lab.GetAsync($"{Budgets}/b")).Number("status", "disruptionsAllowed") == 1, "room for one");

        await EvictAsync("p1");
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => EvictAsync("p2"));
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refused.Code, refused.Reason, refused.Message));
        var cause = Assert.Single(refused.Details.Items("causes"));
        Assert.Equal(
            ("DisruptionBudget", "The disruption budget b needs 1 healthy pods and has 1 currently"), (cause.Text("reason"), cause.Text("message")));
    }

    [Fact]
    public async Task An_autoscaler_of_the_older_version_is_kept_in_the_newer_one_and_told_that_nothing_comes_of_it()
    {
        const string Old = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
        await _lab.CreateAsync(Old, """{"metadata":{"name":"h"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"targetCPUUtilizationPercentage":80}}""");

        Assert.Equal(80, (await _lab.GetAsync($"{Old}/h")).Number("spec", "targetCPUUtilizationPercentage"));
        var kept = await _lab.GetAsync(Old.Replace("/v1/", "/v2/", StringComparison.Ordinal) + "/h");
        Assert.Equal(80, kept.Items("spec", "metrics").Single().Number("resource", "target", "averageUtilization"));
        await Eventually.HoldsAsync(
            async () => (await _lab.GetAsync("/api/v1/namespaces/default/events")).Items("items").Any(e => e.Text("reason") == "NotSupported"), "an event");
    }

    private static string Set(string image) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "s" },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 0,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "a" } },
            ["template"] = JsonNode.Parse(Template(image))!["spec"]!["template"]!.DeepClone(),
        },
    }.ToJsonString();

    private static string Template(string image) => new JsonObject
    {
        ["spec"] = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "a" } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = image }) },
            },
        },
    }.ToJsonString();

    private async Task<List<JsonNode>> RevisionsAsync() => [.. (await _lab.GetAsync(Revisions)).Items("items")];

    private async Task ReadyPodAsync(string name)
    {
        await _lab.CreateAsync(Pods, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "a" } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
        }.ToJsonString());
        await _lab.MergeAsync($"{Pods}/{name}/status", """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""");
    }

    private Task<JsonObject> EvictAsync(string name) => _lab.CreateAsync(
        $"{Pods}/{name}/eviction", $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{name}}}"}}""");
}
