using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Weir.Model;
using Weir.Policy.Testing;
using Weir.Unit.Lab;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

/// <summary>Policies over a real API server: order-service may go nowhere but to product-service's wrong port.</summary>
public sealed class PoliciesApiTests : IAsyncLifetime
{
    private const string Path = "/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies";
    private const string Policy = """
        {"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"allow-order-service-traffic","namespace":"pets"},
         "spec":{"endpointSelector":{"matchLabels":{"app":"order-service"}},"egress":[{"toEndpoints":[{"matchLabels":{"app":"product-service"}}],"toPorts":[{"ports":[{"port":"9999","protocol":"TCP"}]}]}]}}
        """;

    private readonly UiScene _scene = new();
    private LabServer _lab = null!;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync();
        await _lab.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"pets"}}""");
        foreach (var app in (string[])["order-service", "product-service"])
            await _lab.CreateAsync("/api/v1/namespaces/pets/pods", $$$"""{"metadata":{"name":"{{{app}}}","labels":{"app":"{{{app}}}"}},"spec":{"containers":[{"name":"a","image":"a"}]}}""");
        await _lab.CreateAsync(Path, Policy);
        await _scene.StartAsync(_lab.Connection);
        await Eventually.HoldsAsync(
            async () =>
            {
                using var response = await _scene.Script.GetAsync("/ui/api/policies");
                return response.StatusCode == HttpStatusCode.OK && (await response.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength() == 1;
            },
            "the policy is known");
    }

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task A_drop_names_the_policy_the_nearest_rule_and_what_mends_it()
    {
        var id = See(Flows.Drop());
        var detail = await _scene.GetAsync($"/ui/api/flows/{id}");
        Assert.Equal("order-service tried to reach product-service on port 3002/tcp; refused, since allow-order-service-traffic puts the sender's egress in default deny and no rule allows it.", detail.GetProperty("sentence").GetString());
        Assert.Equal(["passed", "stopped", "unknown", "unknown"], detail.GetProperty("way").EnumerateArray().Select(w => w.GetProperty("state").GetString()));
        Assert.Contains("kind: CiliumNetworkPolicy", detail.GetProperty("rule").GetProperty("yaml").GetString(), StringComparison.Ordinal);
        var nearest = detail.GetProperty("nearest");
        Assert.Equal("spec.egress[0].toPorts[0].ports[0].port", nearest.GetProperty("field").GetString());
        Assert.Contains("says 9999", nearest.GetProperty("missed").GetString(), StringComparison.Ordinal);
        Assert.Contains("port: \"3002\"", nearest.GetProperty("mend").GetString(), StringComparison.Ordinal);
        Assert.Contains("--to-port 3002", detail.GetProperty("copy").GetProperty("hubble").GetString(), StringComparison.Ordinal);
        Assert.Equal(id.ToString(), detail.GetProperty("raw").GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task A_stored_flow_is_found_by_its_identifier_alone()
    {
        var stored = (await _scene.GetAsync("/ui/api/flows?from=2026-01-01T00:00:00Z&limit=100")).GetProperty("flows")[99];
        var detail = await _scene.GetAsync($"/ui/api/flows/{stored.GetProperty("id").GetString()}");
        Assert.Equal(stored.GetProperty("time").GetString(), detail.GetProperty("flow").GetProperty("time").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _scene.RefusalAsync("/ui/api/flows/003fcdd1-b8c2-8a1a-801b-7f3f000001c9")).Status);
    }

    [Fact]
    public async Task A_policy_shows_its_rules_hits_pods_and_changes()
    {
        var verdict = Flows.Drop();
        verdict.Kind = FlowKind.PolicyVerdict;
        See(verdict);
        await _lab.MergeAsync($"{Path}/allow-order-service-traffic", """{"spec":{"egress":[{"toEndpoints":[{"matchLabels":{"app":"product-service"}}]}]}}""");
        JsonElement policy = default;
        await Eventually.HoldsAsync(
            async () => (policy = await _scene.GetAsync("/ui/api/policies/CiliumNetworkPolicy/pets/allow-order-service-traffic")).GetProperty("revisions").GetArrayLength() == 2, "the change is known");
        Assert.Equal((1, 1, 1), (policy.GetProperty("selects").GetInt32(), policy.GetProperty("hits").GetInt32(), policy.GetProperty("denied").GetInt32()));
        Assert.Equal("pets/order-service", policy.GetProperty("pods")[0].GetString());
        var rule = policy.GetProperty("lines")[0];
        Assert.Equal(("egress[0]", 0), (rule.GetProperty("rule").GetString(), rule.GetProperty("hits").GetInt32()));
        Assert.Contains("toEndpoints", policy.GetProperty("yaml").GetString()!.Split('\n')[rule.GetProperty("line").GetInt32() - 1], StringComparison.Ordinal);
        Assert.Equal("default deny", policy.GetProperty("lines")[1].GetProperty("rule").GetString());
        await Eventually.HoldsAsync(
            async () => (policy = await _scene.GetAsync("/ui/api/policies/CiliumNetworkPolicy/pets/allow-order-service-traffic")).GetProperty("revisions")[0].TryGetProperty("verdictChanges", out _), "the change is weighed");
        Assert.True(policy.GetProperty("revisions")[0].GetProperty("verdictChanges").GetInt32() > 0);
        Assert.Equal("changed", (await _scene.GetAsync("/ui/api/revisions"))[0].GetProperty("change").GetString());
    }

    [Fact]
    public async Task Explain_and_matrix_answer_by_the_policies_of_now()
    {
        var why = await _scene.PostAsync("/ui/api/policies/explain", new { from = "pets/order-service", to = "pets/product-service", port = "3002/tcp" });
        Assert.Equal(("denied", "allowed"), (why.GetProperty("egress").GetProperty("verdict").GetString(), why.GetProperty("ingress").GetProperty("verdict").GetString()));
        Assert.Contains("3002", why.GetProperty("patch").GetString(), StringComparison.Ordinal);
        var cell = (await _scene.GetAsync("/ui/api/policies/matrix?ns=pets")).GetProperty("cells").EnumerateArray()
            .Single(c => c.GetProperty("from").GetString() == "pets/order-service" && c.GetProperty("to").GetString() == "pets/product-service");
        Assert.Equal(("allowed", "9999/tcp"), (cell.GetProperty("verdict").GetString(), cell.GetProperty("ports").GetString()));
    }

    [Fact]
    public async Task A_change_can_be_tried_on_the_flows_that_were_seen()
    {
        var verdict = Flows.Drop();
        (verdict.Kind, verdict.IsReply) = (FlowKind.PolicyVerdict, false);
        See(verdict);
        See(verdict);
        var yaml = Policy.Replace("9999", "3002", StringComparison.Ordinal);
        var trial = await _scene.PostAsync("/ui/api/policies/try", new { yaml, hours = 1 });
        var change = trial.GetProperty("changes").EnumerateArray().Single(c => c.GetProperty("port").GetInt32() == 3002);
        Assert.Equal(("denied", "allowed"), (change.GetProperty("before").GetString(), change.GetProperty("after").GetString()));
        Assert.True(change.GetProperty("flows").GetInt64() >= 2);

        await _scene.SignInAsync(_scene.ViewerToken);
        using var refused = await _scene.Page.PostAsJsonAsync("/ui/api/policies/try", new { yaml, hours = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_service_without_a_backend_is_told_once_and_by_its_name()
    {
        await _lab.CreateAsync("/api/v1/namespaces/pets/services", """{"metadata":{"name":"db"},"spec":{"clusterIP":"10.0.96.77","ports":[{"port":5432}]}}""");
        for (var sender = 0; sender < 2; sender++)
        {
            var lost = Flows.Drop();
            (lost.DropReason, lost.Destination, lost.DestinationAddress, lost.DestinationPort) = (DropReason.ServiceBackendNotFound, new Endpoint { Identity = default }, IpAddress.Parse("10.0.96.77"), 5432);
            lost.EgressRules = default;
            if (sender > 0) lost.Source = lost.Source with { PodName = "other", Workloads = [new Workload("other", "Deployment")] };
            See(lost);
        }

        var recent = $"from={TimeProvider.System.GetUtcNow().AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ}";
        JsonElement report = default;
        await Eventually.HoldsAsync(
            async () => (report = await _scene.GetAsync($"/ui/api/diagnose?{recent}")).GetProperty("headline").GetString()!.Contains("pets/db", StringComparison.Ordinal), "the service is known");
        var evidence = report.GetProperty("evidence").EnumerateArray().Single();
        Assert.Equal(("The service pets/db has no ready backend on port 5432, so what is sent there is dropped", 2), (evidence.GetProperty("text").GetString(), evidence.GetProperty("count").GetInt32()));
        Assert.Equal("verdict=dropped to:ip=10.0.96.77 to:port=5432", evidence.GetProperty("link").GetProperty("q").GetString());
        var card = (await _scene.GetAsync($"/ui/api/map?{recent}")).GetProperty("nodes").EnumerateArray().Single(n => n.GetProperty("kind").GetString() == "service");
        Assert.Equal(("db", "10.0.96.77"), (card.GetProperty("name").GetString(), card.GetProperty("address").GetString()));
    }

    [Fact]
    public async Task What_was_seen_is_a_test_that_the_policies_of_now_pass()
    {
        var (denied, open) = (Flows.Drop(), Flows.Drop());
        (denied.Kind, denied.IsReply) = (FlowKind.PolicyVerdict, false);
        (open.Kind, open.IsReply, open.Verdict, open.DestinationPort) = (FlowKind.PolicyVerdict, false, Verdict.Forwarded, 9999);
        See(denied);
        See(open);
        var from = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var answer = await _scene.GetAsync($"/ui/api/flows/policy-test?from={from:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal((2, false), (answer.GetProperty("tests").GetInt32(), answer.GetProperty("more").GetBoolean()));
        var results = TestReport.Judge("seen.yaml", answer.GetProperty("policyTest").GetString()!, _ => throw new InvalidOperationException("The test names no file."));
        Assert.Equal(2, results.Count);
        Assert.All(results, r => Assert.True(r.Passed, r.ToString()));

        var (status, error) = await _scene.RefusalAsync($"/ui/api/flows/policy-test?q=port=1&from={from:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("choose a longer time", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_was_started_again_knows_what_changed_before_and_meanwhile()
    {
        const string One = "/ui/api/policies/CiliumNetworkPolicy/pets/allow-order-service-traffic";
        var folder = Directory.CreateTempSubdirectory("weir-revisions");
        try
        {
            var file = System.IO.Path.Combine(folder.FullName, "policy-revisions.jsonl");
            await using (var first = new UiScene())
            {
                await first.StartAsync(_lab.Connection, file);
                await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(file) && File.ReadAllText(file).Contains("present", StringComparison.Ordinal)), "the policy is written down");
            }

            await File.AppendAllTextAsync(file, "{\"time\":\"2026-", TestContext.Current.CancellationToken); // killed while it wrote
            await _lab.MergeAsync($"{Path}/allow-order-service-traffic", """{"spec":{"egress":[{"toEndpoints":[{"matchLabels":{"app":"product-service"}}]}]}}""");
            await using var second = new UiScene();
            await second.StartAsync(_lab.Connection, file);
            JsonElement revisions = default;
            await Eventually.HoldsAsync(
                async () =>
                {
                    using var response = await second.Script.GetAsync(One);
                    if (response.StatusCode != HttpStatusCode.OK) return false;
                    revisions = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("revisions");
                    return revisions.GetArrayLength() == 2 && revisions[0].TryGetProperty("verdictChanges", out _);
                },
                "the change is known");
            Assert.Equal(["changed", "present"], revisions.EnumerateArray().Select(r => r.GetProperty("change").GetString()));
            Assert.Single((await second.GetAsync("/ui/api/revisions")).EnumerateArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Guid See(Flow flow)
    {
        flow.TimeNanoseconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        _scene.Node.See(flow);
        return FlowUuid.Of(flow);
    }
}
