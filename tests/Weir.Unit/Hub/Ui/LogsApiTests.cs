using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.Hub.Ui.Logs;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class LogsApiTests : IAsyncLifetime
{
    private readonly UiScene _scene = new();

    public static TheoryData<string> Queries => [.. Gallery.All.Select(q => q.Id)];

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_query_answers_with_its_columns_rows_chart_and_cost()
    {
        var answer = await _scene.PostAsync("/ui/api/query", new { query = "ContainerNetworkLogs | summarize Flows=count() by Verdict | order by Verdict asc | render piechart with (title='All')" });
        Assert.Equal("""[["DROPPED",60],["FORWARDED",40]]""", answer.GetProperty("rows").GetRawText());
        Assert.Equal("""[{"name":"Verdict","type":"string"},{"name":"Flows","type":"long"}]""", answer.GetProperty("columns").GetRawText());
        Assert.Equal(("piechart", "All"), (answer.GetProperty("render").GetProperty("visualization").GetString(), answer.GetProperty("render").GetProperty("title").GetString()));
        Assert.Equal((2, "raw"), (answer.GetProperty("stats").GetProperty("rows").GetInt32(), answer.GetProperty("stats").GetProperty("tier").GetString()));
    }

    [Fact]
    public async Task The_time_that_the_page_shows_bounds_a_query()
    {
        var answer = await _scene.PostAsync("/ui/api/query", new { query = "ContainerNetworkLogs | count", to = "2026-01-01T00:00:00Z" });
        Assert.Equal("[[0]]", answer.GetProperty("rows").GetRawText());
    }

    [Fact]
    public async Task A_wrong_query_is_told_with_codes_and_places()
    {
        using var response = await _scene.Script.PostAsJsonAsync("/ui/api/query", new { query = "ContainerNetworkLogs | where Verdic == 'x'" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("error");
        Assert.Equal("SEM0100", error.GetProperty("code").GetString());
        Assert.Equal((29, 6), (error.GetProperty("errors")[0].GetProperty("start").GetInt32(), error.GetProperty("errors")[0].GetProperty("length").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_of_the_gallery_runs(string id)
    {
        var answer = await _scene.PostAsync("/ui/api/query", new { query = Gallery.All.Single(q => q.Id == id).Text });
        Assert.True(answer.GetProperty("columns").GetArrayLength() > 0);
    }

    [Fact]
    public async Task An_answer_leaves_as_CSV_JSON_and_Parquet()
    {
        var body = new { query = "ContainerNetworkLogs | summarize Flows=count(), At=max(TimeGenerated) by Verdict, Text='=a,\"b\"' | order by Verdict asc" };
        Assert.StartsWith("Verdict,Text,Flows,At\r\nDROPPED,\"'=a,\"\"b\"\"\",60,", Encoding.UTF8.GetString(await ExportAsync("csv", body)), StringComparison.Ordinal);
        Assert.Equal(40, JsonSerializer.Deserialize<JsonElement>(await ExportAsync("json", body))[1].GetProperty("Flows").GetInt64());
        var parquet = await ExportAsync("parquet", body);
        Assert.Equal("PAR1"u8, parquet.AsSpan(0, 4));
        Assert.Equal("PAR1"u8, parquet.AsSpan(parquet.Length - 4));
    }

    [Fact]
    public async Task The_schema_names_every_column()
    {
        var tables = (await _scene.GetAsync("/ui/api/schema")).GetProperty("tables").EnumerateArray().ToList();
        Assert.Equal(QueryEngine.Catalog.Tables.Select(t => t.Name), tables.Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(QueryEngine.Catalog.Tables.First().Columns.Length, tables[0].GetProperty("columns").GetArrayLength());
    }

    private async Task<byte[]> ExportAsync(string format, object body)
    {
        using var response = await _scene.Script.PostAsJsonAsync($"/ui/api/query/export?format={format}", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
