using System.Text.RegularExpressions;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>Queries over the store become the SQL that somebody who knows its columns would write, and give the answers of the general form.</summary>
public sealed partial class StoredSqlTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly StoreScene _scene = new();

    public async ValueTask InitializeAsync()
    {
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 40, _from, Make))).IsSafe);
        _scene.Store.Flush();
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("where SourceNamespace == 'pets' | summarize count() by SourcePodName", "source_pod AS")]
    [InlineData("where Verdict == 'DROPPED' | count", "WHERE (verdict = 'DROPPED')")]
    [InlineData("where tostring(IP.source) == '192.168.1.7' | count", "WHERE (source_ip = '192.168.1.7')")]
    [InlineData("extend L = parse_json(Layer4) | extend P = coalesce(tostring(L.TCP.destination_port), tostring(L.UDP.destination_port)) | where P == '53' | count", "destination_port = 53")]
    [InlineData("where TimeGenerated > datetime(2026-01-01) | count", "SELECT count(*) AS c FROM rows")]
    [InlineData("extend W = tostring(SourceWorkloads[0].name) | summarize count() by W", "source_workload")]
    public void A_query_reads_real_columns(string query, string expected)
    {
        using var held = _scene.Store.Hold();
        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held));
        var sql = engine.Explain(QueryEngine.Compile("ContainerNetworkLogs | " + query, null).Query!.Tables[0].Root);
        sql = Columns().Replace(Files().Replace(sql, "rows"), "c");
        Assert.Contains(expected, sql, StringComparison.Ordinal);
        Assert.DoesNotContain("json", sql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("where Verdict != 'DROPPED'")]
    [InlineData("where DropReason != 'POLICY_DENIED'")]
    [InlineData("where not(DropReason == 'POLICY_DENIED')")]
    [InlineData("where DropReason !in ('POLICY_DENIED', 'X')")]
    [InlineData("where DropReason in ('POLICY_DENIED', '')")]
    [InlineData("where DropReason == ''")]
    [InlineData("where DropReason !contains 'policy'")]
    [InlineData("where not(DropReason contains 'policy')")]
    [InlineData("where isempty(DropReason) or DropReason startswith 'P'")]
    [InlineData("where tostring(Layer4.TCP.destination_port) == '3001'")]
    [InlineData("where tostring(Layer4.TCP.destination_port) == '03001'")]
    [InlineData("where tostring(Layer4.UDP.destination_port) != '53'")]
    [InlineData("extend P = coalesce(tostring(Layer4.TCP.destination_port), tostring(Layer4.UDP.destination_port)) | where P == '53'")]
    [InlineData("extend P = coalesce(tostring(Layer4.TCP.destination_port), tostring(Layer4.UDP.destination_port)) | where P in ('53', '3000') | summarize N = count() by P")]
    [InlineData("extend Q = tostring(Layer7.dns.query), R = tostring(Layer7.dns.rcode) | where Q has 'microsoft' or R == ''")]
    [InlineData("summarize N = count(), D = countif(Verdict == 'DROPPED'), E = countif(DropReason != 'POLICY_DENIED') by DropReason, TrafficDirection, TraceObservationPoint")]
    [InlineData("summarize take_any(DropReason), dcount(SourcePodName) by Verdict")]
    [InlineData("extend W = tostring(SourceWorkloads[0].name), K = tostring(DestinationWorkloads[0].kind) | summarize count() by W, K")]
    [InlineData("where TimeGenerated between (datetime(2026-03-01T10:00:05Z) .. datetime(2026-03-01T10:00:15Z)) | extend B = bin(TimeGenerated, 5s) | summarize count() by B, Verdict")]
    [InlineData("extend Verdict = DropReason | where Verdict == 'POLICY_DENIED' | project Verdict, tostring(IP.destination)")]
    public void The_answer_is_that_of_the_same_rows_in_a_plain_table(string query)
    {
        using var held = _scene.Store.Hold();
        using var stored = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held));
        using var saved = new QueryEngine(new QueryLimits(), TimeProvider.System);
        saved.Load(Lines(stored), "the store");
        Assert.Equal(Answer(saved, query), Answer(stored, query));
    }

    private static Weir.Model.Flow Make(int i)
    {
        if (i % 4 == 0) return Flows.Drop();
        var flow = Flows.Forwarded(3000 + (i % 3));
        if (i % 4 == 1) (flow.Protocol, flow.DestinationPort, flow.TcpFlags) = (Weir.Model.IpProtocol.Udp, 53, Weir.Model.TcpFlags.None);
        if (i % 8 == 1) (flow.Kind, flow.Dns) = (Weir.Model.FlowKind.L7, Flows.Dns(isResponse: true));
        return flow;
    }

    private static IEnumerable<string> Lines(QueryEngine engine)
    {
        var table = engine.Run("ContainerNetworkLogs").Tables[0];
        foreach (var row in table.Rows)
        {
            using var buffer = new MemoryStream();
            using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    json.WritePropertyName(table.Columns[i].Name);
                    CellJson.Write(json, row[i], table.Columns[i].Type);
                }

                json.WriteEndObject();
            }

            yield return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
        }
    }

    private static string Answer(QueryEngine engine, string query)
    {
        var answer = engine.Run("ContainerNetworkLogs | " + query);
        Assert.Empty(answer.Problems);
        return string.Join('\n', answer.Tables[0].Rows.Select(r => string.Join(" | ", r)).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"read_parquet\(\[.*?\]\)")]
    private static partial Regex Files();

    [GeneratedRegex(@"\bc[0-9]+\b")]
    private static partial Regex Columns();
}
