using System.Net;
using System.Text.Json;
using Xunit;

namespace Weir.Unit.Hub;

public sealed class KustoApiTests : IAsyncLifetime
{
    private readonly HubScene _scene = new();

    public async ValueTask InitializeAsync() => await _scene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Version_2_answers_in_frames_in_the_order_that_clients_expect()
    {
        var (status, frames) = await _scene.PostAsync("/v2/rest/query", """{"db":"weir","csl":"ContainerNetworkLogs | summarize Flows=count() by Verdict | order by Verdict asc"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["DataSetHeader", "DataTable", "DataTable", "DataTable", "DataSetCompletion"], frames.EnumerateArray().Select(f => f.GetProperty("FrameType").GetString()));
        Assert.Equal(["QueryProperties", "PrimaryResult", "QueryCompletionInformation"], frames.EnumerateArray().Skip(1).Take(3).Select(f => f.GetProperty("TableKind").GetString()));
        Assert.Equal("""[["DROPPED",60],["FORWARDED",40]]""", frames[2].GetProperty("Rows").GetRawText());
        Assert.Equal("""[{"ColumnName":"Verdict","ColumnType":"string"},{"ColumnName":"Flows","ColumnType":"long"}]""", frames[2].GetProperty("Columns").GetRawText());
        Assert.False(frames[4].GetProperty("HasErrors").GetBoolean());
    }

    [Fact]
    public async Task Cells_have_the_engines_forms()
    {
        var (_, frames) = await _scene.PostAsync(
            "/v2/rest/query",
            """{"db":"weir","csl":"print datetime(2026-03-01 10:00:00), datetime(2026-03-01 10:00:00.4), 1d+2ms, real(nan), -real(+inf), decimal(1.50), dynamic({\"a\":[1]}), guid(00000000-0000-0000-0000-00000000000A), long(9223372036854775807), int(null), true, ''"}""");
        Assert.Equal(
            """[["2026-03-01T10:00:00Z","2026-03-01T10:00:00.4Z","1.00:00:00.0020000","NaN","-Infinity","1.50",{"a":[1]},"00000000-0000-0000-0000-00000000000a",9223372036854775807,null,true,""]]""",
            frames[2].GetProperty("Rows").GetRawText());
    }

    [Fact]
    public async Task Version_1_lists_its_tables_in_the_last_one()
    {
        var (status, body) = await _scene.PostAsync("/v1/rest/query", """{"db":"weir","csl":"ContainerNetworkLogs | count","properties":"{\"Options\":{\"servertimeout\":\"00:01:00\"}}"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var tables = body.GetProperty("Tables").EnumerateArray().ToList();
        Assert.Equal(["Table_0", "Table_1", "Table_2", "Table_3"], tables.Select(t => t.GetProperty("TableName").GetString()));
        Assert.Equal("[[100]]", tables[0].GetProperty("Rows").GetRawText());
        Assert.Equal("Int64", tables[0].GetProperty("Columns")[0].GetProperty("DataType").GetString());
        Assert.Equal(["QueryResult", "QueryProperties", "QueryStatus"], tables[3].GetProperty("Rows").EnumerateArray().Select(r => r[1].GetString()));
    }

    [Fact]
    public async Task Render_is_told_as_a_text_of_JSON()
    {
        var (_, frames) = await _scene.PostAsync("/v2/rest/query", """{"db":"weir","csl":"ContainerNetworkLogs | summarize count() by bin(TimeGenerated, 1m) | render timechart with (title='Drops', ymin=0)"}""");
        using var told = JsonDocument.Parse(frames[1].GetProperty("Rows")[0][2].GetString()!);
        Assert.Equal("timechart", told.RootElement.GetProperty("Visualization").GetString());
        Assert.Equal("Drops", told.RootElement.GetProperty("Title").GetString());
        Assert.Equal(0, told.RootElement.GetProperty("Ymin").GetDouble());
        Assert.Equal("NaN", told.RootElement.GetProperty("Ymax").GetString());
    }

    [Fact]
    public async Task Parameters_are_values_and_never_text_of_the_query()
    {
        var (status, frames) = await _scene.PostAsync(
            "/v2/rest/query",
            """{"db":"weir","csl":"declare query_parameters(verdict:string, most:long); ContainerNetworkLogs | where Verdict == verdict | take most | count","properties":{"Parameters":{"verdict":"DROPPED","most":7}}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("[[7]]", frames[2].GetProperty("Rows").GetRawText());
        (_, frames) = await _scene.PostAsync(
            "/v2/rest/query",
            """{"db":"weir","csl":"declare query_parameters(verdict:string); print verdict","properties":{"Parameters":{"verdict":"x' or 1==1"}}}""");
        Assert.Equal("x' or 1==1", frames[2].GetProperty("Rows")[0][0].GetString());
    }

    [Theory]
    [InlineData("ContainerNetworkLogs | where Verdct == 'x'", "SEM0100", "1", "29", "SemanticException")]
    [InlineData("ContainerNetworkLogs | take", "SYN0002", "1", "27", "SyntaxException")]
    public async Task A_wrong_query_is_a_400_in_Kustos_shape(string query, string code, string line, string position, string type)
    {
        var (status, body) = await _scene.PostAsync("/v2/rest/query", $$"""{"db":"weir","csl":"{{query}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = body.GetProperty("error");
        Assert.Equal("General_BadRequest", error.GetProperty("code").GetString());
        Assert.Equal("Kusto.Data.Exceptions.KustoBadRequestException", error.GetProperty("@type").GetString());
        var inner = error.GetProperty("innererror");
        Assert.Equal((code, line, position), (inner.GetProperty("code").GetString(), inner.GetProperty("@line").GetString(), inner.GetProperty("@pos").GetString()));
        Assert.EndsWith(type, inner.GetProperty("@type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_passes_a_bound_fails_inside_its_answer()
    {
        var (status, frames) = await _scene.PostAsync("/v2/rest/query", """{"db":"weir","csl":"range x from 1 to 20000 step 1"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var completion = frames.EnumerateArray().Last();
        Assert.True(completion.GetProperty("HasErrors").GetBoolean());
        Assert.Contains("query-rows", completion.GetProperty("OneApiErrors")[0].GetProperty("error").GetProperty("@message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".show version", "BuildVersion", 1)]
    [InlineData(".show databases", "DatabaseName", 1)]
    [InlineData(".show databases entities with (showObfuscatedStrings=true)", "DatabaseName", 2)]
    [InlineData(".show databases schema as json", "DatabaseSchema", 1)]
    [InlineData(".show databases (['weir']) schema as json", "DatabaseSchema", 1)]
    [InlineData(".show database weir schema as json", "DatabaseSchema", 1)]
    [InlineData(".show tables", "TableName", 2)]
    [InlineData(".show tables | where TableName startswith 'Retina' | project TableName", "TableName", 1)]
    [InlineData(".show tables details | count", "Count", 1)]
    [InlineData(".show table ContainerNetworkLogs cslschema", "TableName", 1)]
    [InlineData(".show functions", "Name", 0)]
    [InlineData(".show cluster", "NodeId", 1)]
    public async Task Commands_that_clients_send_at_connect_answer_with_one_table(string command, string column, int rows)
    {
        var (status, body) = await _scene.PostAsync("/v1/rest/mgmt", $$"""{"db":"NetDefaultDB","csl":"{{command}}","properties":null}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var table = Assert.Single(body.GetProperty("Tables").EnumerateArray());
        Assert.Equal(column, table.GetProperty("Columns")[0].GetProperty("ColumnName").GetString());
        Assert.Equal(rows, table.GetProperty("Rows").GetArrayLength());
    }

    [Theory]
    [InlineData(".drop table ContainerNetworkLogs")]
    [InlineData(".set-or-append X <| print 1")]
    [InlineData(".ingest inline into table X <| 1")]
    public async Task Commands_that_would_change_something_are_refused(string command)
    {
        var (status, body) = await _scene.PostAsync("/v1/rest/mgmt", $$"""{"db":"weir","csl":"{{command}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("read-only", body.GetProperty("error").GetProperty("@message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_shows_no_token_gets_401_and_a_database_that_is_none_gets_400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/rest/query");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await _scene.SendAsync(request)).Status);
        var (status, body) = await _scene.PostAsync("/v2/rest/query", """{"db":"other","csl":"print 1"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("BadRequest_EntityNotFound", body.GetProperty("error").GetProperty("code").GetString());
        using var get = new HttpRequestMessage(HttpMethod.Get, "/v1/rest/query?db=weir&csl=print%201");
        Assert.Equal(HttpStatusCode.OK, (await _scene.SendAsync(get)).Status);
        using var metadata = new HttpRequestMessage(HttpMethod.Get, "/v1/rest/auth/metadata");
        Assert.Equal(HttpStatusCode.NotFound, (await _scene.SendAsync(metadata)).Status);
    }

    [Fact]
    public async Task A_result_that_touches_aggregates_says_from_when_on_rows_are_single_flows()
    {
        await _scene.AddAggregatesAsync();
        var before = _scene.RawFrom.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

        var (_, frames) = await _scene.PostAsync("/v2/rest/query", """{"db":"weir","csl":"ContainerNetworkLogs | count"}""");
        Assert.Contains(frames[1].GetProperty("Rows").EnumerateArray(), r => r[1].GetString() == "AggregatedBefore" && r[2].GetString() == before);
        Assert.Contains(frames[3].GetProperty("Rows").EnumerateArray(), r => r[5].GetInt32() == 4 && r[11].GetString()!.Contains("Aggregated before " + before, StringComparison.Ordinal));

        var (_, tables) = await _scene.PostAsync("/v1/rest/query", """{"db":"weir","csl":"ContainerNetworkLogs | count"}""");
        Assert.Contains("Aggregated before " + before, tables.GetProperty("Tables")[2].GetProperty("Rows")[1][4].GetString(), StringComparison.Ordinal);

        foreach (var query in (string[])["ContainerNetworkLogs | where TimeGenerated > ago(10m) | count", "print 1"])
        {
            var (_, single) = await _scene.PostAsync("/v2/rest/query", $$"""{"db":"weir","csl":"{{query}}"}""");
            Assert.DoesNotContain(single[1].GetProperty("Rows").EnumerateArray(), r => r[1].GetString() == "AggregatedBefore");
        }
    }

    [Fact]
    public async Task A_page_of_a_known_origin_may_ask_from_a_browser_and_no_other()
    {
        using var preflight = Preflight("https://dataexplorer.azure.com");
        using var allowed = await _scene.Client.SendAsync(preflight, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("https://dataexplorer.azure.com", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("authorization,content-type,x-ms-app", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("true", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Private-Network")));

        using var strange = Preflight("https://example.org");
        using var refused = await _scene.Client.SendAsync(strange, TestContext.Current.CancellationToken);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));

        using var real = new HttpRequestMessage(HttpMethod.Post, "/v2/rest/query") { Content = new StringContent("""{"db":"weir","csl":"print 1"}""") };
        real.Headers.Add("Origin", "https://dataexplorer.azure.com");
        using var answer = await _scene.Client.SendAsync(real, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("https://dataexplorer.azure.com", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private static HttpRequestMessage Preflight(string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/v2/rest/query");
        request.Headers.Authorization = null;
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-ms-app");
        request.Headers.Add("Access-Control-Request-Private-Network", "true");
        return request;
    }
}
