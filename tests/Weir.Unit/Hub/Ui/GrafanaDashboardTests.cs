using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Hub.Ui.Dashboards;
using Weir.Hub.Ui.Dashboards.PromQl;
using Weir.Unit.Architecture;
using Xunit;

namespace Weir.Unit.Hub.Ui;

/// <summary>The files that people import into Grafana, and the mistakes that dashboards of this kind are known for. That they have Grafana's schema is a test of their source.</summary>
public sealed partial class GrafanaDashboardTests
{
    // What Grafana itself, or its Kusto data source, puts in the place of a name.
    private static readonly HashSet<string> _known = ["__rate_interval", "__range", "__timeFilter", "__timeInterval", "__contains"];

    public static TheoryData<string> Files => [.. GrafanaFile.All.Select(f => f.Name)];

    [Fact]
    public void There_is_a_file_for_each_dashboard_that_the_page_draws()
    {
        Assert.Equal(Dashboard.All.Select(d => d.Id).Order(StringComparer.Ordinal), GrafanaFile.All.Select(f => f.Name));
        Assert.Distinct(GrafanaFile.All.Select(f => f.Root.GetProperty("uid").GetString()));
        foreach (var file in GrafanaFile.All)
        {
            var native = Dashboard.All.Single(d => d.Id == file.Name);
            Assert.Equal($"Kubernetes / Networking / {native.Title}", GrafanaFile.TitleOf(file.Root));
            Assert.Equal(native.Rows.SelectMany(r => r.Panels).Select(p => p.Title), file.Panels.Select(GrafanaFile.TitleOf));
            Assert.Equal(native.Rows.Select(r => r.Title), file.Blocks.Where(b => b.GetProperty("type").GetString() == "row").Select(GrafanaFile.TitleOf));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panels_have_numbers_of_their_own_and_do_not_lie_on_each_other(string name)
    {
        var blocks = Of(name).Blocks.ToList();
        Assert.Distinct(blocks.Select(b => b.GetProperty("id").GetInt32()));
        HashSet<(int X, int Y)> taken = [];
        foreach (var block in blocks)
        {
            var at = block.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.True(w > 0 && h > 0 && x >= 0 && x + w <= 24, $"{GrafanaFile.TitleOf(block)} does not fit into 24 columns.");
            for (var column = x; column < x + w; column++)
                for (var line = y; line < y + h; line++) Assert.True(taken.Add((column, line)), $"{GrafanaFile.TitleOf(block)} lies on another panel.");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_panel_says_what_it_shows_and_takes_its_data_from_the_chosen_source(string name)
    {
        var file = Of(name);
        var kind = file.Variables.Single(v => v.GetProperty("type").GetString() == "datasource").GetProperty("query").GetString();
        Assert.Equal(name.StartsWith("flow-logs", StringComparison.Ordinal) ? "grafana-azure-data-explorer-datasource" : "prometheus", kind);
        foreach (var panel in file.Panels)
        {
            Assert.NotEmpty(GrafanaFile.TitleOf(panel));
            Assert.EndsWith(".", panel.GetProperty("description").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            var targets = panel.GetProperty("targets").EnumerateArray().ToList();
            Assert.NotEmpty(targets);
            Assert.Distinct(targets.Select(t => t.GetProperty("refId").GetString()));
            Assert.All([panel, .. targets], e => Assert.Equal((kind, "${datasource}"), SourceOf(e)));
        }

        Assert.All(file.Variables.Where(v => v.GetProperty("type").GetString() == "query"), v => Assert.Equal((kind, "${datasource}"), SourceOf(v)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_variable_that_is_used_is_there_and_every_one_that_is_there_is_used(string name)
    {
        var file = Of(name);
        var there = file.Variables.Select(v => v.GetProperty("name").GetString()!).ToList();
        Assert.Distinct(there);
        var used = Variable().Matches(file.Root.GetProperty("panels").GetRawText() + string.Concat(file.Variables.Select(v => v.TryGetProperty("query", out var query) ? query.GetRawText() : "")))
            .Select(m => m.Groups["name"].Value).Except(_known).Append("datasource").ToHashSet();
        Assert.Equal(there.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Counters_are_asked_for_their_growth_and_never_for_their_value(string name)
    {
        foreach (var (panel, text) in Of(name).Queries.Where(q => !q.Text.StartsWith("ContainerNetworkLogs", StringComparison.Ordinal)))
        {
            foreach (var selector in PromParser.Parse(new PanelVariables([], [], [], 15, 300).Put(text)).All.OfType<PromExpr.Selector>())
                Assert.True(selector.Range is not null == Counter().IsMatch(selector.Metric!), $"{GrafanaFile.TitleOf(panel)}: {selector.Metric} is {(selector.Range is null ? "" : "not ")}a counter.");
        }
    }

    [Fact]
    public void Every_metric_and_every_value_of_a_label_is_one_that_Weir_exposes()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/metrics.md"));
        foreach (var (panel, text) in GrafanaFile.All.SelectMany(f => f.Queries).Where(q => !q.Text.StartsWith("ContainerNetworkLogs", StringComparison.Ordinal)))
        {
            foreach (var selector in PromParser.Parse(new PanelVariables([], [], [], 15, 300).Put(text)).All.OfType<PromExpr.Selector>())
            {
                Assert.Contains($"`{Buckets().Replace(selector.Metric!, "")}`", page, StringComparison.Ordinal);
                Assert.All(selector.Matchers.Where(m => m.Operator is "=" or "!=" && m.Name != PromLabels.Name), m => Assert.Contains($"`{m.Value}`", page, StringComparison.Ordinal));
            }

            // A panel about drops that asks for what was forwarded shows the opposite of its title, and so does one about answers that asks for questions.
            if (GrafanaFile.TitleOf(panel).Contains("Drop", StringComparison.Ordinal)) Assert.Contains("drop", text, StringComparison.Ordinal);
            if (Answers().IsMatch(GrafanaFile.TitleOf(panel))) Assert.Contains("hubble_dns_responses_total", string.Concat(panel.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("expr").GetString())), StringComparison.Ordinal);
        }
    }

    // The panel of Grafana that is called heat map fails where there is nothing to show; its history of states says that there is nothing.
    [Fact]
    public void A_heat_map_may_be_empty() => Assert.All(
        GrafanaFile.All.SelectMany(f => f.Panels).Where(p => GrafanaFile.TitleOf(p).StartsWith("Heatmap", StringComparison.Ordinal)), p => Assert.Equal("status-history", p.GetProperty("type").GetString()));

    private static GrafanaFile Of(string name) => GrafanaFile.All.Single(f => f.Name == name);

    private static (string?, string?) SourceOf(JsonElement element) =>
        (element.GetProperty("datasource").GetProperty("type").GetString(), element.GetProperty("datasource").GetProperty("uid").GetString());

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_]\w*)")]
    private static partial Regex Variable();

    [GeneratedRegex("_total$|_bucket$")]
    private static partial Regex Counter();

    [GeneratedRegex("_bucket$")]
    private static partial Regex Buckets();

    [GeneratedRegex("DNS (Responses?|Errors?)|with Errors")]
    private static partial Regex Answers();
}
