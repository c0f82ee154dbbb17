using System.Net;
using System.Text.Json;
using Weir.Model;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class FlowsApiTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_row_has_what_the_table_shows()
    {
        See(Flows.Drop(), 0);
        var row = (await _scene.GetAsync("/ui/api/flows?limit=1")).GetProperty("flows")[0];
        Assert.Equal("DROPPED", row.GetProperty("verdict").GetString());
        Assert.Equal("POLICY_DENIED", row.GetProperty("reason").GetString());
        Assert.Equal("drop", row.GetProperty("event").GetString());
        Assert.Equal("EGRESS", row.GetProperty("direction").GetString());
        Assert.Equal("order-service", row.GetProperty("source").GetProperty("workload").GetString());
        Assert.Equal(3002, row.GetProperty("destination").GetProperty("port").GetInt32());
        Assert.Equal("""[{"effect":"deny","direction":"egress","kind":"CiliumNetworkPolicy","namespace":"pets","name":"allow-order-service-traffic"}]""", row.GetProperty("rules").GetRawText());
        Assert.True(Guid.TryParse(row.GetProperty("id").GetString(), out _));
    }

    [Fact]
    public async Task Flows_come_newest_first_from_the_ring_and_then_from_the_store()
    {
        See(Flows.Forwarded(3002), 1);
        See(Flows.Drop(), 0);
        var rows = (await _scene.GetAsync("/ui/api/flows?limit=1000&from=2026-01-01T00:00:00Z")).GetProperty("flows").EnumerateArray().ToList();
        Assert.Equal(102, rows.Count);
        Assert.Equal(rows.Select(r => r.GetProperty("time").GetString()).OrderDescending(StringComparer.Ordinal), rows.Select(r => r.GetProperty("time").GetString()));
        var stored = rows[^1];
        Assert.Equal("DROPPED", stored.GetProperty("verdict").GetString());
        Assert.Equal("allow-order-service-traffic", stored.GetProperty("rules")[0].GetProperty("name").GetString());
        Assert.Equal(40, (await _scene.GetAsync("/ui/api/flows?from=2026-01-01T00:00:00Z&limit=40&q=rule%3Dallow-order-service-traffic%20verdict%3Ddropped%20from%3Apod%3Dpets/order")).GetProperty("flows").GetArrayLength());
    }

    [Fact]
    public async Task A_filter_that_cannot_be_understood_is_told_with_its_place()
    {
        var (status, error) = await _scene.RefusalAsync("/ui/api/flows?q=verdict%3Dforwarded%20prot%3Dtcp");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal((18, 4), (error.GetProperty("start").GetInt32(), error.GetProperty("length").GetInt32()));
        Assert.Contains("did you mean 'protocol'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_flows_come_in_frames_of_which_each_says_what_it_skipped()
    {
        using var response = await _scene.Script.GetAsync("/ui/api/flows/live?q=port%3D3002", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        await lines.ReadLineAsync(Stop); // the first frame says which nodes are there; from then on their flows come

        const int Sent = 900;
        for (var i = 0; i < Sent; i++) See(Flows.Forwarded(3002), 0);
        See(Flows.Forwarded(9999), 0);
        See(Flows.Drop(), 0);
        var (rows, skipped, drops, largest) = (0, 0L, 0, 0);
        while (rows + skipped < Sent + 1)
        {
            var frame = JsonSerializer.Deserialize<JsonElement>((await lines.ReadLineAsync(Stop))!);
            var flows = frame.GetProperty("flows").EnumerateArray().ToList();
            rows += flows.Count;
            largest = Math.Max(largest, flows.Count);
            drops += flows.Count(f => f.GetProperty("verdict").GetString() == "DROPPED");
            skipped += frame.GetProperty("skipped").GetInt64();
        }

        Assert.Equal(Sent + 1, rows + skipped);
        Assert.True(largest <= 200);
        Assert.Equal(1, drops);
    }

    [Fact]
    public async Task Completion_proposes_keys_and_values()
    {
        var keys = await _scene.GetAsync("/ui/api/complete?q=from%3Ana&at=7");
        Assert.Equal((5, "namespace="), (keys.GetProperty("start").GetInt32(), keys.GetProperty("items")[0].GetProperty("insert").GetString()));
        var values = await _scene.GetAsync("/ui/api/complete?q=verdict%3Ddr");
        Assert.Equal((8, "dropped"), (values.GetProperty("start").GetInt32(), values.GetProperty("items")[0].GetProperty("insert").GetString()));
    }

    private void See(Flow flow, int secondsAgo)
    {
        flow.TimeNanoseconds = (TimeProvider.System.GetUtcNow().AddSeconds(-secondsAgo).UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        _scene.Node.See(flow);
    }
}
