using System.Text.Json;
using Weir.Model;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class MapApiTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    // The stored flows of the scene are minutes old.
    private static string Recent => $"from={TimeProvider.System.GetUtcNow().AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ}";

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task What_passes_and_what_is_dropped_are_two_edges_between_two_cards()
    {
        for (var i = 0; i < 3; i++) See(Flows.Forwarded(3002));
        See(Flows.Drop());
        var map = await _scene.GetAsync($"/ui/api/map?ns=pets&{Recent}");
        Assert.Equal(["pets/Deployment/order-service", "pets/Deployment/product-service"], map.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()));
        var edges = map.GetProperty("edges").EnumerateArray().OrderBy(e => e.GetProperty("flows").GetInt64()).ToList();
        Assert.Equal(["dropped", "forwarded"], edges.Select(e => e.GetProperty("verdict").GetString()));
        Assert.Equal([1, 3], edges.Select(e => e.GetProperty("flows").GetInt64()));
        Assert.Equal(0.25, edges[0].GetProperty("dropShare").GetDouble());
        Assert.Equal("allow-order-service-traffic", edges[0].GetProperty("rules")[0].GetProperty("name").GetString());
        var product = map.GetProperty("nodes")[1];
        Assert.Equal(1, product.GetProperty("drops").GetInt64());
        Assert.Equal(4, product.GetProperty("spark").EnumerateArray().Concat(product.GetProperty("dropSpark").EnumerateArray()).Sum(b => b.GetInt64()));
    }

    [Fact]
    public async Task Requests_stand_on_the_card_that_answered_them_with_their_times()
    {
        var answer = Flows.Forwarded(3002);
        (answer.Kind, answer.IsReply, answer.Http) = (FlowKind.L7, true, Flows.Http(isResponse: true));
        (answer.Source, answer.Destination) = (answer.Destination, answer.Source);
        (answer.SourcePort, answer.DestinationPort) = (3002, 41234);
        See(answer); // what the proxy itself sends on may be seen nowhere else
        var map = await _scene.GetAsync($"/ui/api/map?{Recent}");
        var product = map.GetProperty("nodes").EnumerateArray().Single(n => n.GetProperty("name").GetString() == "product-service");
        Assert.Equal("""[{"kind":"http","port":3002,"method":"GET","path":"/products","count":1,"errors":0}]""", product.GetProperty("endpoints").GetRawText());
        var edge = map.GetProperty("edges")[0];
        Assert.Equal(1, edge.GetProperty("flows").GetInt64());
        Assert.Equal(("redirected", 12.3), (edge.GetProperty("verdict").GetString(), edge.GetProperty("p50Ms").GetDouble()));
    }

    [Fact]
    public async Task The_systems_own_traffic_is_hidden_and_counted()
    {
        var lookup = Flows.Forwarded(53);
        lookup.Destination = lookup.Destination with { Namespace = "kube-system" };
        See(lookup);
        var hidden = await _scene.GetAsync($"/ui/api/map?{Recent}");
        Assert.Equal((0, 1), (hidden.GetProperty("edges").GetArrayLength(), hidden.GetProperty("hiddenSystem").GetInt64()));
        Assert.Equal(1, (await _scene.GetAsync($"/ui/api/map?system=1&{Recent}")).GetProperty("edges").GetArrayLength());
    }

    [Fact]
    public async Task Lookups_stand_on_the_card_that_was_asked_by_name_with_those_that_failed()
    {
        foreach (var code in (ushort[])[0, 3])
        {
            var answer = Flows.Forwarded(53);
            (answer.Kind, answer.IsReply, answer.Dns) = (FlowKind.L7, true, new DnsExchange { Query = "www.microsoft.com.", IsResponse = true, ResponseCode = code });
            (answer.Source, answer.Destination) = (answer.Destination, answer.Source);
            (answer.SourcePort, answer.DestinationPort) = (53, 41234);
            See(answer);
        }

        var map = await _scene.GetAsync($"/ui/api/map?{Recent}");
        var server = map.GetProperty("nodes").EnumerateArray().Single(n => n.GetProperty("name").GetString() == "product-service");
        Assert.Equal("""[{"kind":"dns","port":53,"name":"www.microsoft.com","count":2,"errors":1}]""", server.GetProperty("endpoints").GetRawText());
        Assert.Equal((2, 1), (map.GetProperty("edges")[0].GetProperty("requests").GetInt64(), map.GetProperty("edges")[0].GetProperty("errors").GetInt64()));
    }

    [Fact]
    public async Task A_drop_is_shown_though_it_hits_the_system()
    {
        var lookup = Flows.Drop();
        lookup.Destination = lookup.Destination with { Namespace = "kube-system" };
        See(lookup);
        Assert.Equal("dropped", (await _scene.GetAsync($"/ui/api/map?{Recent}")).GetProperty("edges")[0].GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task An_address_of_nobody_is_a_card_of_its_own_to_the_right()
    {
        for (byte last = 1; last <= 10; last++)
        {
            var lost = Flows.Drop();
            (lost.Destination, lost.DestinationAddress) = (new Endpoint { Identity = default }, IpAddress.Parse($"10.0.0.{last}"));
            See(lost);
        }

        var nodes = (await _scene.GetAsync($"/ui/api/map?{Recent}")).GetProperty("nodes").EnumerateArray().Where(n => n.GetProperty("kind").GetString() == "unresolved").ToList();
        var first = nodes.Single(n => n.GetProperty("name").GetString() == "10.0.0.1");
        Assert.Equal(("unresolved/10.0.0.1", "10.0.0.1", "store"), (first.GetProperty("id").GetString(), first.GetProperty("address").GetString(), first.GetProperty("tier").GetString()));
        Assert.Equal((9, 2), (nodes.Count, nodes.Single(n => n.GetProperty("id").GetString() == "unresolved").GetProperty("drops").GetInt64())); // eight of them, and the rest
    }

    [Fact]
    public async Task The_world_is_one_card_or_one_a_name()
    {
        var leaving = Flows.Forwarded(443);
        (leaving.Point, leaving.Direction) = (ObservationPoint.ToNetwork, TrafficDirection.Egress);
        leaving.Destination = new Endpoint { Identity = SecurityIdentity.World, Labels = LabelSet.Reserved("world"), Names = ["www.microsoft.com"] };
        See(leaving);
        Assert.Contains((await _scene.GetAsync($"/ui/api/map?{Recent}")).GetProperty("nodes").EnumerateArray(), n => n.GetProperty("id").GetString() == "world");
        var split = (await _scene.GetAsync($"/ui/api/map?expand=world&{Recent}")).GetProperty("nodes").EnumerateArray().Single(n => n.GetProperty("kind").GetString() == "world");
        Assert.Equal(("world/www.microsoft.com", "outside"), (split.GetProperty("id").GetString(), split.GetProperty("tier").GetString()));
    }

    [Fact]
    public async Task A_map_of_a_past_time_is_made_of_the_store()
    {
        var past = await _scene.GetAsync("/ui/api/map?from=2026-01-01T00:00:00Z");
        Assert.Equal(100, past.GetProperty("edges").EnumerateArray().Sum(e => e.GetProperty("flows").GetInt64()));
        var line = await _scene.GetAsync("/ui/api/timeline?bins=2&from=2026-01-01T00:00:00Z");
        Assert.Equal(100, line.GetProperty("points").EnumerateArray().Sum(p => p[1].GetInt64() + p[2].GetInt64()));
    }

    [Fact]
    public async Task A_live_map_goes_on()
    {
        using var response = await _scene.Script.GetAsync("/ui/api/map/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        JsonElement map;
        See(Flows.Drop());
        do map = JsonSerializer.Deserialize<JsonElement>((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!);
        while (map.GetProperty("edges").GetArrayLength() == 0);
        Assert.Equal("dropped", map.GetProperty("edges")[0].GetProperty("verdict").GetString());
    }

    private void See(Flow flow)
    {
        flow.TimeNanoseconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        _scene.Node.See(flow);
    }
}
