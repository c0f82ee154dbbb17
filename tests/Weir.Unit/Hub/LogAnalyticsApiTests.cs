using System.Net;
using Xunit;

namespace Weir.Unit.Hub;

public sealed class LogAnalyticsApiTests : IAsyncLifetime
{
    private readonly HubScene _scene = new();

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_query_answers_with_PrimaryResult_and_dynamic_cells_as_texts()
    {
        var (status, body) = await _scene.PostAsync("/v1/workspaces/any/query", """{"query":"RetinaNetworkFlowLogs | where Verdict == 'DROPPED' | take 1 | project IP, SourcePodName"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var table = body.GetProperty("tables")[0];
        Assert.Equal("PrimaryResult", table.GetProperty("name").GetString());
        Assert.Equal("""[{"name":"IP","type":"dynamic"},{"name":"SourcePodName","type":"string"}]""", table.GetProperty("columns").GetRawText());
        Assert.Equal("""{"source":"192.168.1.7","destination":"192.168.2.9","ipVersion":"IPv4"}""", table.GetProperty("rows")[0][0].GetString());
        Assert.False(body.TryGetProperty("render", out _));
        Assert.False(body.TryGetProperty("statistics", out _));
    }

    [Fact]
    public async Task What_is_preferred_is_told_besides()
    {
        var (_, body) = await _scene.PostAsync(
            "/v1/workspaces/any/query", """{"query":"ContainerNetworkLogs | summarize count() by Verdict | render barchart"}""", "wait=60,include-statistics=true,include-render=true");
        Assert.Equal("barchart", body.GetProperty("render").GetProperty("visualization").GetString());
        Assert.Equal(2, body.GetProperty("statistics").GetProperty("query").GetProperty("datasetStatistics")[0].GetProperty("tableRowCount").GetInt32());
    }

    [Theory]
    [InlineData("PT1H", 100)]
    [InlineData("PT1S", 0)]
    [InlineData("P1D", 100)]
    [InlineData("2020-01-01T00:00:00Z/2020-01-02T00:00:00Z", 0)]
    [InlineData("2020-01-01T00:00:00Z/P3650D", 100)]
    public async Task A_timespan_bounds_what_a_query_sees(string timespan, int rows)
    {
        var (_, body) = await _scene.PostAsync("/v1/workspaces/any/query", $$"""{"query":"ContainerNetworkLogs | count","timespan":"{{timespan}}"}""");
        Assert.Equal(rows, body.GetProperty("tables")[0].GetProperty("rows")[0][0].GetInt32());
        using var get = new HttpRequestMessage(HttpMethod.Get, $"/v1/workspaces/any/query?query={Uri.EscapeDataString("ContainerNetworkLogs | count")}&timespan={Uri.EscapeDataString(timespan)}");
        (_, body) = await _scene.SendAsync(get);
        Assert.Equal(rows, body.GetProperty("tables")[0].GetProperty("rows")[0][0].GetInt32());
    }

    [Fact]
    public async Task A_batch_answers_each_of_its_queries_under_its_id()
    {
        var (status, body) = await _scene.PostAsync(
            "/v1/$batch",
            """{"requests":[{"id":"a","body":{"query":"print x=1"},"path":"/query","method":"POST","workspace":"w"},{"id":"b","body":{"query":"nothing | count"},"path":"/query","method":"POST","workspace":"w"}]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var answers = body.GetProperty("responses").EnumerateArray().ToList();
        Assert.Equal([("a", 200), ("b", 400)], answers.Select(a => (a.GetProperty("id").GetString()!, a.GetProperty("status").GetInt32())));
        Assert.Equal("[[1]]", answers[0].GetProperty("body").GetProperty("tables")[0].GetProperty("rows").GetRawText());
        Assert.Equal("BadArgumentError", answers[1].GetProperty("body").GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_wrong_query_is_a_400_in_the_APIs_own_shape()
    {
        var (status, body) = await _scene.PostAsync("/v1/workspaces/any/query", """{"query":"ContainerNetworkLogs\n| where Verdct == 'x'"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = body.GetProperty("error");
        Assert.Equal("BadArgumentError", error.GetProperty("code").GetString());
        Assert.Equal("SemanticError", error.GetProperty("innererror").GetProperty("code").GetString());
        var inner = error.GetProperty("innererror").GetProperty("innererror");
        Assert.Equal(("SEM0100", 2, "Verdct"), (inner.GetProperty("code").GetString(), inner.GetProperty("line").GetInt32(), inner.GetProperty("token").GetString()));
    }

    [Fact]
    public async Task Who_shows_no_token_is_told_so_and_the_tables_are_described()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/workspaces/any/query?query=print%201");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer wrong");
        var (status, body) = await _scene.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("AuthenticationFailed", body.GetProperty("error").GetProperty("code").GetString());
        using var metadata = new HttpRequestMessage(HttpMethod.Get, "/v1/workspaces/any/metadata");
        (_, body) = await _scene.SendAsync(metadata);
        Assert.Equal(["ContainerNetworkLogs", "RetinaNetworkFlowLogs"], body.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
    }
}
