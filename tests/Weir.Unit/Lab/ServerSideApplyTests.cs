using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Who owns which field, and what an apply may do about it.</summary>
public sealed class ServerSideApplyTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private LabServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await LabServer.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Every_field_that_is_applied_belongs_to_its_manager_and_what_the_server_fills_in_to_nobody()
    {
        var made = await ApplyAsync("d", "a", Deployment(3, "c:1"));

        var entry = Assert.Single(made.Items("metadata", "managedFields"));
        Assert.Equal(("a", "Apply", "apps/v1", "FieldsV1"), (entry.Text("manager"), entry.Text("operation"), entry.Text("apiVersion"), entry.Text("fieldsType")));
        Assert.Equal(
            """{"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:name":{}}}}}}}""",
            entry["fieldsV1"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(600, made.Number("spec", "progressDeadlineSeconds"));
    }

    [Fact]
    public async Task A_second_manager_is_told_whose_field_it_would_change_and_takes_it_by_force_only()
    {
        await ApplyAsync("d", "a", Deployment(3, "c:1"));
        await ApplyAsync("d", "b", """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":3}}""");

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => ApplyAsync("d", "b", """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":5}}"""));
        Assert.Equal((409, "Conflict", "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas"), (fault.Code, fault.Reason, fault.Message));

        var taken = await ApplyAsync("d", "b", """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":5}}""", force: true);
        Assert.Equal(5, taken.Number("spec", "replicas"));
        Assert.Null(Owner(taken, "a").At("f:spec", "f:replicas"));
        Assert.NotNull(Owner(taken, "b").At("f:spec", "f:replicas"));
    }

    [Fact]
    public async Task What_a_manager_no_longer_applies_goes_unless_another_has_it_too()
    {
        const string Map = """{"apiVersion":"v1","kind":"ConfigMap","data":{ITEMS}}""";
        const string Maps = "/api/v1/namespaces/default/configmaps";
        await ApplyAsync("m", "a", Map.Replace("ITEMS", "\"x\":\"1\",\"y\":\"1\"", StringComparison.Ordinal), Maps);
        await ApplyAsync("m", "b", Map.Replace("ITEMS", "\"y\":\"1\"", StringComparison.Ordinal), Maps);
        await _lab.MergeAsync($"{Maps}/m", """{"data":{"z":"1"}}""");

        var left = await ApplyAsync("m", "a", Map.Replace("ITEMS", "", StringComparison.Ordinal), Maps);
        Assert.Equal("""{"y":"1","z":"1"}""", left["data"]!.ToJsonString());
    }

    [Fact]
    public async Task An_element_of_a_list_goes_by_its_key_with_all_that_was_filled_in()
    {
        await ApplyAsync("d", "a", Deployment(1, "c:1", ",{\"name\":\"side\",\"image\":\"s:1\"}"));
        await _lab.MergeAsync($"{Deployments}/d", """{"metadata":{"labels":{"by":"hand"}}}""");
        var after = await ApplyAsync("d", "a", Deployment(1, "c:2"));

        var container = Assert.Single(after.Items("spec", "template", "spec", "containers"));
        Assert.Equal(("c", "c:2"), (container.Text("name"), container.Text("image")));
        Assert.Equal("hand", after.Text("metadata", "labels", "by"));
    }

    [Fact]
    public async Task Applying_the_same_again_makes_no_new_version()
    {
        var first = await ApplyAsync("d", "a", Deployment(1, "c:1"));
        var second = await ApplyAsync("d", "a", Deployment(1, "c:1"));

        Assert.Equal(first.Text("metadata", "resourceVersion"), second.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public async Task An_update_owns_what_it_changed_and_conflicts_name_it_with_its_version()
    {
        await ApplyAsync("d", "a", Deployment(1, "c:1"));
        await _lab.Connection.SendAsync(
            HttpMethod.Patch,
            $"{Deployments}/d?fieldManager=kubectl-edit",
            JsonNode.Parse("""{"spec":{"replicas":2,"paused":true}}"""),
            Ct,
            "application/merge-patch+json");

        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => ApplyAsync("d", "a", Deployment(1, "c:1")));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1: .spec.replicas", fault.Message);
    }

    [Fact]
    public async Task A_status_has_an_owner_of_its_own_that_names_the_path()
    {
        await ApplyAsync("d", "a", Deployment(1, "c:1"));
        await _lab.MergeAsync($"{Deployments}/d/status", """{"status":{"replicas":1}}""");

        var entries = (await _lab.GetAsync($"{Deployments}/d")).Items("metadata", "managedFields").ToList();
        Assert.Equal("status", Assert.Single(entries, e => e.Text("operation") == "Update").Text("subresource"));
    }

    [Fact]
    public async Task An_apply_without_a_name_for_its_manager_is_refused()
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.Connection.SendAsync(
            HttpMethod.Patch, $"{Deployments}/d", JsonNode.Parse(Deployment(1, "c:1")), Ct, "application/apply-patch+yaml"));
        Assert.Equal((422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"), (fault.Code, fault.Message));
    }

    private static JsonNode? Owner(JsonObject document, string manager) =>
        document.Items("metadata", "managedFields").FirstOrDefault(m => m.Text("manager") == manager)?["fieldsV1"];

    private static string Deployment(int replicas, string image, string more = "") => $$$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":{{{{{replicas}}}}},"selector":{"matchLabels":{"app":"a"}},
        "template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"{{{{{image}}}}}"}{{{{{more}}}}}]}}}}
        """;

    private Task<JsonObject> ApplyAsync(string name, string manager, string body, string? collection = null, bool force = false) =>
        _lab.Connection.SendAsync(
            HttpMethod.Patch,
            $"{collection ?? Deployments}/{name}?fieldManager={manager}&force={(force ? "true" : "false")}",
            JsonNode.Parse(body),
            Ct,
            "application/apply-patch+yaml");
}
