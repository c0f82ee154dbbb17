using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Weir.Lab.Guide;
using Weir.Lab.Guide.Dashboards;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>A real Prometheus scrapes a lab of real pods: what is scraped, what rules make of it, and what causes each alert.</summary>
[Collection(OneAtATime.Name)]
public sealed class PrometheusTests(PrometheusLab lab) : IClassFixture<PrometheusLab>
{
    private const string Conditions = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: alert-conditions}
        spec:
          endpointSelector: {matchLabels: {app: store-front}}
          egress:
            - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}}]
              toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*.pets.svc.cluster.local"}]}}]
            - toEndpoints: [{matchLabels: {app: product-service}}]
              toPorts: [{ports: [{port: "3003", protocol: TCP}], rules: {http: [{method: GET}]}}]
        """;

    // Port 53 of the same peers speaks DNS in the policy above.
    private const string Contradiction = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: alert-contradiction}
        spec:
          endpointSelector: {matchLabels: {app: store-front}}
          egress:
            - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}}]
              toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {http: [{method: GET}]}}]
        """;

    // Each range has an identity of its own: nine tenths of the room that this lab's nodes have for them.
    private static readonly string _ranges = $"""
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata:
          name: alert-ranges
        spec:
          endpointSelector:
            matchLabels:
              app: virtual-worker
          egress:
            - toEntities: [all]
            - toCIDR: [{string.Join(", ", Enumerable.Range(0, PrometheusLab.Addresses * 9 / 10).Select(RangeOf))}]
        """;

    private static readonly string _rules = Path.Combine(Built.Repository, "deploy/prometheus");

    private static string? Missing => PrometheusLab.Missing;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LabHands Hands => lab.Hands;

    [Fact]
    public async Task Prometheus_scrapes_the_union_every_rule_is_evaluated_and_each_alert_has_its_condition()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        await using var prometheus = await StartAsync("union", lab.Page, isDiscovery: false);
        await UntilAsync(async () => (await prometheus.QueryAsync("up == 1", Stop)).Count == 1, "the page is scraped");
        try
        {
            await CauseAllAsync(prometheus);
            await AssertAllHoldAsync(prometheus);
        }
        finally
        {
            await SignalAsync("CONT", 0);
            await SignalAsync("CONT", 1);
            await Hands.ClearPoliciesAsync(Stop);
        }
    }

    private static async Task AssertAllHoldAsync(PrometheusServer prometheus)
    {
        await UntilAsync(
            async () => await AlertsAsync(prometheus) is { Count: 7 } alerts && alerts.All(a => a.GetProperty("state").GetString() is "pending" or "firing"),
            "each alert's expression holds",
            async () => string.Join(", ", (await AlertsAsync(prometheus)).Select(a => $"{a.GetProperty("name").GetString()} {a.GetProperty("state").GetString()}")));
        foreach (var rule in await RulesAsync(prometheus))
        {
            Assert.Equal(("ok", ""), (rule.GetProperty("health").GetString(), rule.TryGetProperty("lastError", out var error) ? error.GetString() : ""));
            await UntilAsync(async () => await HasAsync(prometheus, rule.GetProperty("query").GetString()!), $"{rule.GetProperty("name").GetString()} has a value");
        }
    }

    [Fact]
    public async Task Prometheus_discovers_a_target_for_each_node_and_for_the_hub()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        await using var prometheus = await StartAsync("nodes", new Uri(lab.Page + "/sd"), isDiscovery: true);

        await UntilAsync(
            async () => (await prometheus.QueryAsync("up == 1", Stop)).Select(u => u.Labels.GetProperty("instance").GetString()).Order().SequenceEqual(["hub", "node1", "node2"]), "three targets");
        await UntilAsync(
            async () => (await prometheus.QueryAsync("cilium_forward_count_total{direction=\"EGRESS\"}", Stop)).All(s => s.Labels.GetProperty("instance").GetString() == s.Labels.GetProperty("node").GetString()),
            "a node's series come from its own target");
    }

    [Fact]
    public async Task Promtool_accepts_the_rules_their_timing_and_the_page()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var tool = Path.Combine(Path.GetDirectoryName(PrometheusLab.Program)!, "promtool");
        await RunAsync(tool, "check", "rules", Path.Combine(_rules, "weir-recording.rules.yml"), Path.Combine(_rules, "weir-alerts.rules.yml"));
        await RunAsync(tool, "check", "config", Path.Combine(_rules, "prometheus.yml"));
        await RunAsync(tool, "test", "rules", Path.Combine(_rules, "weir-alerts.test.yml"));
        using var client = new HttpClient();
        var page = Path.Combine(lab.Folder, "page");
        await File.WriteAllTextAsync(page, await client.GetStringAsync(lab.Page, Stop), Stop);
        await RunAsync("/bin/sh", "-c", $"'{tool}' check metrics < '{page}'");
    }

    private static string RangeOf(int number) => string.Create(CultureInfo.InvariantCulture, $"198.18.{number / 250}.{number % 250}/32");

    private Task<PrometheusServer> StartAsync(string name, Uri address, bool isDiscovery) => PrometheusServer.StartAsync(
        PrometheusLab.Program!, Path.Combine(lab.Folder, name), address,
        [Path.Combine(_rules, "weir-recording.rules.yml"), Path.Combine(_rules, "weir-alerts.rules.yml")], isDiscovery, Stop);

    private async Task CauseAllAsync(PrometheusServer prometheus)
    {
        await Hands.ApplyAsync(Conditions, Stop);
        await Hands.ApplyAsync(_ranges, Stop);
        var product = (await Hands.ListPodsAsync(Stop)).First(l => l.StartsWith("product-service-", StringComparison.Ordinal)).Split(' ')[0];
        var address = (string)(await Hands.GetAsync($"/api/v1/namespaces/pets/pods/{product}", Stop))["status"]!["podIP"]!;

        // A name that is refused; a server that is not there, behind the proxy; packets that are dropped. Each twice, with a scrape between: a rate needs two values.
        await LookUpAskAndKnockAsync(address, 4000);
        await UntilAsync(async () => await HasAsync(prometheus, "hubble_dns_responses_total"), "the answers were scraped");
        await UntilAsync(async () => await HasAsync(prometheus, "hubble_dns_queries_total{rcode=\"Policy denied\"}"), "the refused name was scraped");
        await UntilAsync(async () => await HasAsync(prometheus, "hubble_http_requests_total{status=~\"5..\"}"), "the failed request was scraped");
        await LookUpAskAndKnockAsync(address, 5000);
        await Hands.ApplyAsync(Contradiction, Stop);

        // Held up, the agents lose what finds the kernel's ring full, and answer nobody.
        await SignalAsync("STOP", 0);
        await SignalAsync("STOP", 1);
        await KnockAsync(address, 6000);
        await SignalAsync("CONT", 0);
        await SignalAsync("CONT", 1);
        await UntilAsync(async () => await HasAsync(prometheus, "hubble_lost_events_total{source=\"PERF_EVENT_RING_BUFFER\"} > 0"), "the loss was scraped");
        await SignalAsync("STOP", 1);
    }

    private async Task LookUpAskAndKnockAsync(string address, int port)
    {
        await Hands.ExecAsync("store-front", "nslookup product-service; nslookup www.bing.com", Stop);
        await Hands.ExecAsync("store-front", $"wget -q -O - --timeout=2 http://{address}:3003/", Stop);
        await KnockAsync(address, port);
    }

    /// <summary>Three hundred connections at once that policy drops, each tried twice.</summary>
    private Task<CommandResult> KnockAsync(string address, int port) =>
        Hands.ExecAsync("store-front", $"i=0; while [ $i -lt 300 ]; do nc -z -w2 {address} $(({port} + i)) & i=$((i + 1)); done; wait", Stop);

    private static async Task<bool> HasAsync(PrometheusServer prometheus, string expression) => (await prometheus.QueryAsync(expression, Stop)).Count > 0;

    private Task SignalAsync(string signal, int agent) => RunAsync("/bin/sh", "-c", $"kill -{signal} {lab.AgentProcess(agent)}");

    private static async Task<IReadOnlyList<JsonElement>> RulesAsync(PrometheusServer prometheus) =>
        [.. (await prometheus.AskAsync("rules", Stop)).GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())];

    private static async Task<IReadOnlyList<JsonElement>> AlertsAsync(PrometheusServer prometheus) =>
        [.. (await RulesAsync(prometheus)).Where(r => r.GetProperty("type").GetString() == "alerting")];

    private static async Task UntilAsync(Func<Task<bool>> holds, string what, Func<Task<string>>? otherwise = null)
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        while (!await holds())
        {
            if (TimeProvider.System.GetUtcNow() > end) Assert.Fail($"After a minute it does not hold that {what}. {(otherwise is null ? "" : await otherwise())}");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Stop);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(Stop) + await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said}");
    }
}
