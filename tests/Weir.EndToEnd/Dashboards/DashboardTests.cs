using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Lab.Guide.Dashboards;
using Xunit;

namespace Weir.EndToEnd.Dashboards;

/// <summary>Every question of every dashboard, over a lab of real pods: to a real Prometheus, to the hub's Kusto, and through the page.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class DashboardTests(DashboardLab lab) : IClassFixture<DashboardLab>
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(6);
    private static readonly Dictionary<string, string[]> _all = [];

    // What the lab does, chosen by name: one value, and several.
    private static readonly Dictionary<string, string[]> _shop = new()
    {
        ["cluster"] = ["default"], ["node"] = ["node1", "node2"], ["namespace"] = ["pets"], ["workload"] = ["store-front", "product-service", "order-service", "makeline-service", "rabbitmq", "mongodb", "virtual-worker", "virtual-customer"],
        ["verdict"] = ["FORWARDED", "DROPPED"], ["protocol"] = ["TCP", "UDP", "DNS", "HTTP"], ["direction"] = ["From", "To"], ["included"] = ["world"], ["showIps"] = ["IPs"], ["externalIp"] = [""],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IEnumerable<DashboardFile> OfMetrics => DashboardFile.All.Where(d => d.IsMetrics);

    private static IEnumerable<DashboardFile> OfLogs => DashboardFile.All.Where(d => !d.IsMetrics);

    [Fact]
    public async Task Every_PromQL_expression_has_data_in_a_real_Prometheus_and_through_the_page_of_a_hub_that_asks_it()
    {
        Assert.SkipWhen(DashboardLab.Missing is not null, DashboardLab.Missing ?? "");
        await using var prometheus = await PrometheusServer.StartAsync(PrometheusLab.Program!, Path.Combine(lab.Folder, "prometheus"), lab.Metrics, [], isDiscovery: false, Stop);
        using var beside = await HubProcess.StartAsync(Path.Combine(lab.Folder, "hub"), "--prometheus", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{prometheus.Port}"));
        using var proxy = new HubHttp(beside["kusto"], beside["token"], beside["ca"]);
        await UntilAllAsync(
            OfMetrics,
            ("in Prometheus", (to, d) => AddAsync(to, d, p => HasAsync(prometheus, d, p, _all))),
            ("in Prometheus with chosen values", (to, d) => AddAsync(to, d, p => HasAsync(prometheus, d, p, _shop))));
        await UntilAllAsync(OfMetrics, ("on the page through Prometheus", (to, d) => AddPageAsync(to, d, proxy, "prometheus")));
        foreach (var dashboard in OfMetrics)
        {
            foreach (var variable in dashboard.Variables.Where(v => v.Type == "query"))
                Assert.Superset(ExpectedOf(variable.Name), (await ValuesAsync(prometheus, dashboard, variable)).ToHashSet());
        }
    }

    [Fact]
    public async Task Every_KQL_query_has_data_in_the_hubs_Kusto()
    {
        Assert.SkipWhen(DashboardLab.Missing is not null, DashboardLab.Missing ?? "");
        using var hub = new HubHttp(lab["kusto"], lab["token"], lab["ca"]);
        await UntilAllAsync(
            OfLogs,
            ("in Kusto", (to, d) => AddAsync(to, d, p => HasAsync(hub, d, p, _all))),
            ("in Kusto with chosen values", (to, d) => AddAsync(to, d, p => HasAsync(hub, d, p, _shop))));
        foreach (var dashboard in OfLogs)
        {
            foreach (var variable in dashboard.Variables.Where(v => v.Type == "query"))
                Assert.Superset(ExpectedOf(variable.Name), (await hub.QueryAsync(Logs(variable.Query!, dashboard, _all), Stop)).Select(r => r[0].GetString()!).ToHashSet());
        }

        // What the plugin sends to test a data source, and to complete names in its editor: commands, at the path of queries.
        Assert.NotEmpty(await hub.QueryAsync(".show databases schema", Stop));
        Assert.NotEmpty(await hub.QueryAsync(".show databases (['weir']) schema as json", Stop));
    }

    [Fact]
    public async Task Every_panel_has_data_on_the_page_without_a_Prometheus()
    {
        Assert.SkipWhen(DashboardLab.Missing is not null, DashboardLab.Missing ?? "");
        using var hub = new HubHttp(lab["kusto"], lab["token"], lab["ca"]);
        await UntilAllAsync(DashboardFile.All, ("on the page", (to, d) => AddPageAsync(to, d, hub, "hub")));
    }

    /// <summary>Rounds of traffic until every panel has had data each way, but for those that are listed; a listed one that has data fails as well.</summary>
    private async Task UntilAllAsync(IEnumerable<DashboardFile> dashboards, params (string Where, Func<HashSet<(string, string)>, DashboardFile, Task> AddAsync)[] ways)
    {
        var empty = EmptyPanels.Read();
        var all = dashboards.SelectMany(d => d.Panels.Select(p => (d.Title, p.Title))).ToList();
        var wanted = all.Except(empty.Keys).ToList();
        var found = ways.Select(_ => Set()).ToList();
        var printed = await lab.RoundAsync(Stop);
        var end = TimeProvider.System.GetUtcNow() + _patience;
        do
        {
            printed = await lab.RoundAsync(Stop);
            foreach (var (way, has) in ways.Zip(found))
                foreach (var dashboard in dashboards) await way.AddAsync(has, dashboard);
        }
        while (TimeProvider.System.GetUtcNow() < end && !found.All(f => wanted.All(f.Contains)));

        List<string> wrong =
        [
            .. ways.Zip(found).SelectMany(f => Missing(f.First.Where, wanted, f.Second)),
            .. empty.Where(e => e.Value && found.Any(f => f.Contains(e.Key))).Select(e => $"{e.Key.Dashboard}: {e.Key.Panel} has data: take it out of {EmptyPanels.Page}"),
            .. empty.Keys.Except(DashboardFile.All.SelectMany(d => d.Panels.Select(p => (d.Title, p.Title)))).Select(e => $"{e} of {EmptyPanels.Page} is no panel"),
        ];
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n{printed}");
    }

    private static HashSet<string> ExpectedOf(string variable) => variable.ToUpperInvariant() switch
    {
        "CLUSTER" => ["default"],
        "NODE" => ["node1", "node2"],
        var name when name.EndsWith("NAMESPACE", StringComparison.Ordinal) => ["pets"],
        _ => ["store-front", "order-service"],
    };

    // label_values(SELECTOR, LABEL), as Grafana asks it, and what its pattern takes out of each value.
    private static async Task<IReadOnlyList<string>> ValuesAsync(PrometheusServer prometheus, DashboardFile dashboard, FileVariable variable)
    {
        var asked = LabelValues().Match(GrafanaText.Metrics(variable.Query!, dashboard, _all));
        Assert.True(asked.Success, variable.Query);
        var values = await prometheus.AskAsync($"label/{asked.Groups["label"].Value}/values?match[]={Uri.EscapeDataString(asked.Groups["selector"].Value)}", Stop);
        var texts = values.EnumerateArray().Select(v => v.GetString()!);
        if (variable.Regex is not { Length: > 2 } pattern) return [.. texts];
        return [.. texts.Select(t => Regex.Match(t, pattern[1..^1], RegexOptions.ECMAScript)).Where(m => m.Success).Select(m => m.Groups[1].Value).Distinct()];
    }

    private static async Task<bool> HasAsync(PrometheusServer prometheus, DashboardFile dashboard, FilePanel panel, Dictionary<string, string[]> chosen)
    {
        var has = false;
        foreach (var query in panel.Queries)
        {
            var expr = Uri.EscapeDataString(GrafanaText.Metrics(query.Text, dashboard, chosen));
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var range = string.Create(CultureInfo.InvariantCulture, $"query_range?query={expr}&start={now - GrafanaText.RangeSeconds}&end={now}&step=5");
            var answer = await prometheus.AskAsync(query.IsInstant ? $"query?query={expr}" : range, Stop);
            has |= answer.GetProperty("result").EnumerateArray().Any(r => r.TryGetProperty("values", out var values) ? values.EnumerateArray().Any(IsSomething) : IsSomething(r.GetProperty("value")));
        }

        return has;
    }

    private static bool IsSomething(JsonElement point) => double.TryParse(point[1].GetString(), CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value != 0;

    private static async Task<bool> HasAsync(HubHttp hub, DashboardFile dashboard, FilePanel panel, Dictionary<string, string[]> chosen)
    {
        var has = true;
        foreach (var query in panel.Queries)
        {
            var rows = await hub.QueryAsync(Logs(query.Text, dashboard, chosen), Stop);
            has &= rows.Any(r => r.EnumerateArray().All(c => c.ValueKind != JsonValueKind.Number) || r.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.Number && c.GetDouble() != 0));
        }

        return has;
    }

    private static string Logs(string text, DashboardFile dashboard, Dictionary<string, string[]> chosen)
    {
        var now = TimeProvider.System.GetUtcNow();
        return GrafanaText.Logs(text, dashboard, chosen, now.AddSeconds(-GrafanaText.RangeSeconds), now);
    }

    private static async Task AddAsync(HashSet<(string, string)> to, DashboardFile dashboard, Func<FilePanel, Task<bool>> hasAsync)
    {
        foreach (var panel in dashboard.Panels)
            if (!to.Contains((dashboard.Title, panel.Title)) && await hasAsync(panel)) to.Add((dashboard.Title, panel.Title));
    }

    private static async Task AddPageAsync(HashSet<(string, string)> to, DashboardFile dashboard, HubHttp hub, string source)
    {
        var page = (await hub.PageAsync("dashboards", Stop)).EnumerateArray().Single(d => d.GetProperty("id").GetString() == dashboard.Id);
        foreach (var panel in page.GetProperty("rows").EnumerateArray().SelectMany(r => r.GetProperty("panels").EnumerateArray()).Where(p => !to.Contains((dashboard.Title, p.GetProperty("title").GetString()!))))
        {
            var from = TimeProvider.System.GetUtcNow().AddSeconds(-GrafanaText.RangeSeconds);
            var answer = await hub.PageAsync($"dashboards/{dashboard.Id}/{panel.GetProperty("id").GetString()}?from={from:yyyy-MM-ddTHH:mm:ssZ}&step=15", Stop);
            Assert.Equal(source, answer.GetProperty("source").GetString());
            if (answer.GetProperty("series").EnumerateArray().Any(s => s.GetProperty("points").EnumerateArray().Any(p => p[1].ValueKind == JsonValueKind.Number && p[1].GetDouble() != 0))
                || (answer.TryGetProperty("table", out var table) && table.GetProperty("rows").GetArrayLength() > 0)) to.Add((dashboard.Title, panel.GetProperty("title").GetString()!));
        }
    }

    private static HashSet<(string Dashboard, string Panel)> Set() => [];

    private static IEnumerable<string> Missing(string where, IEnumerable<(string Dashboard, string Panel)> wanted, HashSet<(string, string)> has) =>
        wanted.Where(p => !has.Contains(p)).Select(p => $"{p.Dashboard}: {p.Panel} has no data {where}");

    [GeneratedRegex(@"^label_values\((?<selector>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}
