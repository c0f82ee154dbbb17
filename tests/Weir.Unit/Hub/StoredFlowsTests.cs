using System.Text;
using System.Text.Json.Nodes;
using Weir.FlowLog.Node;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.Kql.Types;
using Weir.Model;
using Weir.Unit.FlowLog;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub;

/// <summary>A flow is the same row whether it came by the node's log or by the store.</summary>
public sealed class StoredFlowsTests : IAsyncLifetime
{
    // What the store knows and the log has no place for.
    private static readonly string[] _onlyStored = ["EgressRule", "IngressRule", "Packets", "Bytes", "DestinationName", "Summary"];
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly StoreScene _scene = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_stored_flow_has_the_columns_that_its_line_in_the_log_has()
    {
        var flows = Some().ToList();
        using var writer = new ExportWriter();
        var lines = new List<string>();
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, flows.Count, _from, i => flows[i]));
        for (var i = 0; i < flows.Count; i++)
        {
            // As the batch has them.
            var flow = flows[i];
            flow.TimeNanoseconds = ((_from.UtcTicks - DateTime.UnixEpoch.Ticks) * 100) + (i * 1_000_000_000L);
            (flow.Sequence, flow.SourcePort) = (i, (ushort)(40_000 + i));
            lines.Add(Encoding.UTF8.GetString(writer.Write(flow).Span).TrimEnd());
        }

        _scene.Store.Flush();
        using var held = _scene.Store.Hold();
        using var stored = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held));
        using var saved = new QueryEngine(new QueryLimits(), TimeProvider.System);
        saved.Load(lines, "the log");

        var (here, there) = (Ask(stored), Ask(saved));
        Assert.Equal(flows.Count, here.Rows.Count);
        Assert.Equal(flows.Count, there.Rows.Count);
        for (var row = 0; row < flows.Count; row++)
        {
            for (var i = 0; i < here.Columns.Length; i++)
            {
                var (column, a, b) = (here.Columns[i], here.Rows[row][i], there.Rows[row][i]);
                if (column.Type != KqlType.Dynamic) Assert.True(Equals(a, b), $"{column.Name} of row {row}: stored '{a}', in the log '{b}'");
                else Assert.True(JsonNode.DeepEquals(Json(a, column.Name), Json(b, column.Name)), $"{column.Name} of row {row}: stored '{a}', in the log '{b}'");
            }
        }
    }

    [Fact]
    public async Task Rows_outside_the_wanted_time_are_not_seen_and_their_files_are_not_opened()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _from));
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 10, _from.AddHours(3)));
        _scene.Store.Flush();
        using var held = _scene.Store.Hold();

        var exact = StoredFlows.Of(held, _from.AddSeconds(3).UtcTicks, _from.AddSeconds(5).UtcTicks, isExact: true);
        Assert.Single(exact.Files);
        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System, exact);
        Assert.Equal(3L, engine.Run("ContainerNetworkLogs | count", TestContext.Current.CancellationToken).Tables[0].Rows[0][0]);
    }

    [Fact]
    public void Segments_have_the_same_columns_so_they_are_read_without_comparing_them() =>
        Assert.True(Weir.FlowLog.Store.SegmentColumns.All.Count == 63, "A segment of an older version lacks the new column: StoredFlows has to read files by name from now on.");

    [Fact]
    public void An_empty_store_answers_with_no_rows()
    {
        using var held = _scene.Store.Hold();
        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held));
        Assert.Equal(0L, engine.Run("RetinaNetworkFlowLogs | count", TestContext.Current.CancellationToken).Tables[0].Rows[0][0]);
    }

    [Fact]
    public async Task A_query_reaches_no_file_but_the_snapshots()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _from));
        _scene.Store.Flush();
        using var held = _scene.Store.Hold();
        var flows = StoredFlows.Of(held);
        var elsewhere = flows with { Files = [] };
        Assert.ThrowsAny<Exception>(() =>
        {
            using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System, elsewhere);
            return engine.Run("ContainerNetworkLogs | count", TestContext.Current.CancellationToken);
        });
    }

    private static QueryTable Ask(QueryEngine engine)
    {
        var answer = engine.Run("ContainerNetworkLogs | sort by TimeGenerated asc", TestContext.Current.CancellationToken);
        Assert.Empty(answer.Problems);
        return answer.Tables[0];
    }

    private static JsonNode? Json(object? value, string column)
    {
        if (value is not string { Length: > 0 } text) return null;
        var node = JsonNode.Parse(text);
        if (column == "AdditionalFlowData" && node is JsonObject bag)
            foreach (var name in _onlyStored) bag.Remove(name);
        return node;
    }

    private static IEnumerable<Flow> Some()
    {
        yield return Flows.Drop();
        yield return Flows.Forwarded(3000);
        foreach (var isResponse in (bool[])[false, true])
        {
            var dns = Flows.Forwarded(53);
            (dns.Kind, dns.Protocol, dns.TcpFlags, dns.Dns) = (FlowKind.L7, IpProtocol.Udp, TcpFlags.None, Flows.Dns(isResponse));
            yield return dns;
            var http = Flows.Forwarded(3002);
            (http.Kind, http.Http) = (FlowKind.L7, Flows.Http(isResponse));
            yield return http;
        }

        var bare = Flows.Drop();
        (bare.Source, bare.Destination, bare.EgressRules) = (null!, null!, null!);
        bare.IsReply = true;
        (bare.DestinationService, bare.Direction) = (new ServiceReference("pets", "a \"quoted\" \\ näme"), TrafficDirection.Unknown);
        yield return bare;
        var ping = Flows.Forwarded(0);
        (ping.Protocol, ping.TcpFlags) = (IpProtocol.Icmp, TcpFlags.None);
        yield return ping;
        var six = Flows.Forwarded(8080);
        (six.SourceAddress, six.DestinationAddress, six.TcpFlags) = (IpAddress.Parse("fd00::1"), IpAddress.Parse("2001:db8::2"), TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Fin);
        yield return six;
    }
}
