using System.Globalization;
using Weir.Model;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

/// <summary>What the engine gets to write of batches that wait: every row once, in its own hour, with its own texts.</summary>
public sealed class FlushTests : IAsyncDisposable
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly StoreScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    // An enumeration's numbers have one, two or four bytes; a chunk of the engine's has 2,048 rows.
    [Theory]
    [InlineData(200, 2048)]
    [InlineData(300, 5000)]
    [InlineData(70_000, 70_000)]
    public async Task Every_row_keeps_its_own_texts_however_many_there_are(int addresses, int rows)
    {
        for (var (from, sequence) = (0, 1UL); from < rows; from += 3000, sequence++)
        {
            var start = from;
            await _scene.AppendAsync(StoreScene.BatchOf("node1", sequence, Math.Min(3000, rows - from), _noon, i =>
            {
                var flow = (start + i) % 5 == 0 ? Flows.Drop() : Flows.Forwarded(3000);
                flow.SourceAddress = IpAddress.FromIPv4(0x0a000000u + (uint)((start + i) % addresses));
                flow.Bytes = (ulong)((start + i) % addresses);
                return flow;
            }));
        }

        _scene.Store.Flush();
        Assert.Equal(rows, _scene.Count());
        const string Address = "(split_part(source_ip, '.', 2)::BIGINT * 65536 + split_part(source_ip, '.', 3)::BIGINT * 256 + split_part(source_ip, '.', 4)::BIGINT)";
        Assert.Empty(_scene.Ask($"SELECT source_ip, bytes FROM flows WHERE {Address} <> bytes"));
        var expected = (long)Enumerable.Range(0, rows).Count(i => i % 5 == 0);
        Assert.Equal([expected, expected], Assert.Single(_scene.Ask("SELECT count(drop_reason), count(*) FILTER (verdict = 'DROPPED') FROM flows")));
    }

    [Fact]
    public async Task Rows_that_go_to_and_fro_between_hours_each_go_to_their_own()
    {
        // 1,500 rows of either hour, each between two of the other.
        static Flow Make(int i) => Flows.Forwarded(3000 + (i % 2)) with { Bytes = (ulong)i };
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 3000, _noon, Make, secondsOf: i => i % 2 == 0 ? i : i - 3600));
        _scene.Store.Flush();

        using var held = _scene.Store.Hold();
        Assert.Equal(
            [(_noon.AddHours(-1).UtcTicks, 1500L), (_noon.UtcTicks, 1500L)],
            held.Manifest.Segments.OrderBy(s => s.Hour).Select(s => (s.Hour, s.Rows)));
        Assert.Empty(_scene.Ask($"SELECT * FROM flows WHERE (time < {_noon.UtcTicks}) <> (bytes % 2 = 1) OR (destination_port = 3001) <> (bytes % 2 = 1)"));
        Assert.Equal([3000L, 0UL, 2999UL], Assert.Single(_scene.Ask("SELECT count(DISTINCT bytes), min(bytes), max(bytes) FROM flows")));
    }

    [Fact]
    public async Task A_name_with_a_nul_in_it_ends_no_list_of_names()
    {
        var odd = new Endpoint { Identity = new SecurityIdentity(7), Namespace = "a\0b", PodName = "it's", Labels = LabelSet.Empty };
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon, i =>
        {
            var flow = Flows.Forwarded(80);
            if (i % 2 == 0) flow.Source = odd;
            else flow.Source = odd with { Identity = new SecurityIdentity(8), Namespace = "a\uFFFDb" }; // the same name, once that is replaced
            return flow;
        }));
        _scene.Store.Flush();
        Assert.Equal(["a\uFFFDb", "it's", 5L], Assert.Single(_scene.Ask("SELECT source_namespace, source_pod, count(*) FROM flows WHERE source_identity = 7 GROUP BY ALL")));
    }

    [Fact]
    public async Task A_column_without_any_text_is_null_in_every_row_and_can_be_merged_with_one_that_has_some()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 70, _noon.AddHours(-3)));
        _scene.Store.Flush();
        Assert.Equal([0L, 0L], Assert.Single(_scene.Ask("SELECT count(dns_query), count(http_url) FROM flows")));

        await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 30, _noon.AddHours(-3), _ => Flows.Forwarded(53) with { Dns = Flows.Dns(isResponse: true) }));
        _scene.Store.Flush();
        _scene.Store.Compact();
        using (var held = _scene.Store.Hold()) Assert.Single(held.Manifest.Segments);
        Assert.Equal([30L, 0L, 100L], Assert.Single(_scene.Ask("SELECT count(dns_query), count(http_url), count(*) FROM flows")));
        Assert.Empty(_scene.Ask("SELECT * FROM flows WHERE dns_query = '' OR http_url = ''"));
        Assert.Equal(["70", "30"], _scene.Ask("SELECT count(*) FROM flows GROUP BY dns_query IS NULL ORDER BY 1 DESC").Select(r => Convert.ToString(r[0], CultureInfo.InvariantCulture)));
    }
}
