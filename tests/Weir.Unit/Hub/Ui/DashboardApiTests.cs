using System.Net;
using Weir.Hub.Ui.Dashboards;
using Weir.Unit.Lab;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class DashboardApiTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Every_panel_of_every_dashboard_can_be_asked()
    {
        foreach (var dashboard in (await _scene.GetAsync("/ui/api/dashboards")).EnumerateArray())
        {
            foreach (var panel in dashboard.GetProperty("rows").EnumerateArray().SelectMany(r => r.GetProperty("panels").EnumerateArray()))
            {
                var answer = await _scene.GetAsync($"/ui/api/dashboards/{dashboard.GetProperty("id").GetString()}/{panel.GetProperty("id").GetString()}?ns=pets&workload=order-service");
                Assert.Equal(panel.GetProperty("kind").GetString(), answer.GetProperty("kind").GetString());
                Assert.True(
                    answer.GetProperty("series").GetArrayLength() > 0
                    || (answer.TryGetProperty("table", out var table) && table.GetProperty("rows").GetArrayLength() > 0)
                    || answer.GetProperty("empty").GetString()!.Length > 0,
                    $"{dashboard.GetProperty("id").GetString()}/{panel.GetProperty("id").GetString()} shows nothing and does not say why.");
                Assert.DoesNotMatch(@"\$[A-Za-z_{]", answer.GetProperty("query").GetString()!);
            }
        }
    }

    [Theory]
    [InlineData("total", "Flow Logs")]
    [InlineData("requests", "Total Flows, Unique Requests")]
    public async Task A_number_of_the_flow_logs_is_a_series_with_the_name_of_its_column(string panel, string names)
    {
        var answer = await _scene.GetAsync($"/ui/api/dashboards/flow-logs-internal/{panel}?from={LongAgo}");
        Assert.Equal(names, string.Join(", ", answer.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("name").GetString())));
        Assert.True(answer.GetProperty("series")[0].GetProperty("points")[0][1].GetDouble() > 0);
    }

    [Fact]
    public async Task Lines_of_the_flow_logs_are_a_table_and_their_query_can_be_run_again()
    {
        var answer = await _scene.GetAsync($"/ui/api/dashboards/flow-logs-internal/all?from={LongAgo}&ns=pets");
        Assert.Equal(["TimeGenerated", "Line", "Level"], answer.GetProperty("table").GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.All(answer.GetProperty("table").GetProperty("rows").EnumerateArray(), row => Assert.Matches(@"^\[[A-Za-z]+\] (\[[A-Z]+\(.+\)\] )?\S.* (->|<-) \S", row[1].GetString()!));
        Assert.True(answer.GetProperty("table").GetProperty("rows").GetArrayLength() > 0);
        Assert.Contains("in (dynamic([\"pets\"]))", answer.GetProperty("query").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_panel_that_is_not_there_is_said_to_be_missing() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _scene.RefusalAsync("/ui/api/dashboards/drops-workload/nothing")).Status);

    [Fact]
    public void Panels_have_names_of_their_own() => Assert.All(
        Dashboard.All, d => Assert.Equal(d.Rows.Sum(r => r.Panels.Count), d.Rows.SelectMany(r => r.Panels).Select(p => p.Id).Distinct().Count()));

    [Fact]
    public async Task Diagnose_names_what_is_dropped_and_by_what()
    {
        Assert.Equal("ok", (await _scene.GetAsync($"/ui/api/diagnose?{Recent}")).GetProperty("status").GetString());
        var drop = Flows.Drop();
        drop.TimeNanoseconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        _scene.Node.See(drop);
        _scene.Node.See(drop);
        var report = await _scene.GetAsync($"/ui/api/diagnose?{Recent}");
        Assert.Equal("problem", report.GetProperty("status").GetString());
        Assert.Equal("Policy denies order-service the way to product-service on port 3002 (allow-order-service-traffic), 2 times.", report.GetProperty("headline").GetString());
        var evidence = report.GetProperty("evidence")[0];
        Assert.Equal(2, evidence.GetProperty("count").GetInt32());
        var shown = await _scene.GetAsync($"/ui/api/flows?{Recent}&q={Uri.EscapeDataString(evidence.GetProperty("link").GetProperty("q").GetString()!)}");
        Assert.Equal(2, shown.GetProperty("flows").GetArrayLength());
    }

    [Fact]
    public async Task Diagnose_does_not_call_a_cluster_well_that_it_cannot_see()
    {
        await _scene.StopNodeAsync();
        await Eventually.HoldsAsync(async () => (await _scene.GetAsync($"/ui/api/diagnose?{Recent}")).GetProperty("status").GetString() == "blind", "the hub sees that it is blind");
        Assert.Contains("node1 cannot be seen", (await _scene.GetAsync($"/ui/api/diagnose?{Recent}")).GetProperty("headline").GetString(), StringComparison.Ordinal);
    }

    private static string LongAgo => $"{TimeProvider.System.GetUtcNow().AddDays(-1):yyyy-MM-ddTHH:mm:ssZ}";

    // The stored flows of the scene are minutes old.
    private static string Recent => $"from={TimeProvider.System.GetUtcNow().AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ}";
}
