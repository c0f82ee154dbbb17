using Weir.FlowLog.Store;
using Weir.Model;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class FlowStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);
    private readonly StoreScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task What_is_acknowledged_can_be_asked_for_after_a_flush_with_every_column()
    {
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 50, _noon, _ => Flows.Drop()))).IsSafe);
        _scene.Store.Flush();

        var row = Assert.Single(_scene.Ask("""
            SELECT count(*)::INT, any_value(verdict), any_value(drop_reason), any_value(direction), any_value(source_pod), any_value(destination_workload),
              any_value(egress_policies)->>'$[0].name', any_value(protocol), any_value(source_ip), any_value(egress_count)::INT, min(time) FROM flows
            """));
        Assert.Equal(
            [50, "DROPPED", "POLICY_DENIED", "EGRESS", "order-service-595b65df56-xjtrr", "product-service", "allow-order-service-traffic", "TCP", "192.168.1.7", 1, _noon.UtcTicks],
            row);
    }

    [Fact]
    public async Task A_batch_that_comes_again_is_dropped_and_a_new_start_of_the_agent_counts_anew()
    {
        for (var again = 0; again < 3; again++) Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon))).IsSafe);
        await _scene.AppendAsync(StoreScene.BatchOf("node2", 1, 10, _noon));
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon, epoch: 2));
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 7, 10, _noon));
        _scene.Store.Flush();
        Assert.Equal(30, _scene.Count());

        await _scene.CloseAsync();
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon, epoch: 2));
        _scene.Store.Flush();
        Assert.Equal(30, _scene.Count());
    }

    [Fact]
    public async Task A_power_cut_loses_nothing_that_was_acknowledged_and_doubles_nothing()
    {
        var acknowledged = 0;
        ulong sequence = 0;
        for (var life = 0; life < 6; life++)
        {
            for (var i = 0; i < 5; i++)
            {
                if ((await _scene.AppendAsync(StoreScene.BatchOf("node1", ++sequence, 20, _noon))).IsSafe) acknowledged += 20;
                if (life % 2 == 0 && i == 2) _scene.Store.Flush();
            }

            await _scene.CrashAsync();
            _scene.Store.Flush();
            Assert.Equal(acknowledged, _scene.Count());
        }
    }

    [Fact]
    public async Task A_full_disk_refuses_and_what_was_safe_stays_until_there_is_room()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon));
        _scene.Files.Full = true;
        var refused = await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 10, _noon));
        Assert.Contains("No space left", refused.Refused, StringComparison.Ordinal);
        Assert.False(refused.IsLasting);
        Assert.Throws<IOException>(_scene.Store.Flush);

        _scene.Files.Full = false;
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 10, _noon))).IsSafe);
        _scene.Store.Flush();
        Assert.Equal(20, _scene.Count());
    }

    [Fact]
    public async Task A_sync_that_fails_acknowledges_nothing_and_what_follows_is_safe()
    {
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _noon));
        _scene.Files.FailSync = true;
        Assert.False((await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 10, _noon))).IsSafe);
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 2, 10, _noon))).IsSafe);
        await _scene.CrashAsync();
        _scene.Store.Flush();
        Assert.Equal(20, _scene.Count());
    }

    [Fact]
    public async Task Batches_that_make_no_sense_are_refused_for_good()
    {
        var torn = StoreScene.BatchOf("node1", 1, 10, _noon);
        torn.Checksum ^= 1;
        var nameless = StoreScene.BatchOf("", 1, 10, _noon);
        Assert.Equal(new IngestOutcome("Batch 1/1 of node 'node1' is refused: its checksum is wrong.", IsLasting: true), await _scene.AppendAsync(torn));
        Assert.True((await _scene.AppendAsync(nameless)).IsLasting);
        _scene.Store.Flush();
        Assert.Equal(0, _scene.Count());
    }

    [Fact]
    public async Task Segments_of_an_hour_are_merged_and_late_rows_go_to_their_own_hour()
    {
        for (ulong i = 1; i <= 12; i++)
        {
            await _scene.AppendAsync(StoreScene.BatchOf("node1", i, 10, _noon.AddHours(i == 12 ? -5 : 0)));
            _scene.Store.Flush();
        }

        using (var before = _scene.Store.Hold())
        {
            Assert.Equal(12, before.Manifest.Segments.Count);
            _scene.Time.Advance(TimeSpan.FromHours(2));
            _scene.Store.Compact();
            Assert.All(before.FilesOf(), f => Assert.True(File.Exists(f), "a reader keeps its files"));
        }

        using var after = _scene.Store.Hold();
        Assert.Equal([_noon.AddHours(-5).UtcTicks, _noon.UtcTicks], after.Manifest.Segments.Select(s => s.Hour).Order());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_scene.Folder, "data"), "*", SearchOption.AllDirectories).Length);
        Assert.Equal(120, _scene.Count());
        Assert.Single(after.FilesOf(_noon.UtcTicks));
    }

    [Fact]
    public async Task A_damaged_segment_is_set_aside_and_named_and_the_rest_answers()
    {
        for (ulong i = 1; i <= 2; i++)
        {
            await _scene.AppendAsync(StoreScene.BatchOf("node1", i, 10, _noon.AddHours(i)));
            _scene.Store.Flush();
        }

        string file;
        using (var held = _scene.Store.Hold()) file = held.FilesOf()[0];
        using (var bytes = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(bytes, "XX"u8, 100);

        Assert.EndsWith(Assert.Single(_scene.Store.Verify()).File, file, StringComparison.Ordinal);
        Assert.Equal(10, _scene.Count());
        Assert.True(File.Exists(Path.Combine(_scene.Folder, "damaged", Path.GetFileName(file))));
        Assert.Empty(_scene.Store.Verify());
    }

    [Fact]
    public async Task What_is_too_old_or_too_much_goes_with_its_hour()
    {
        _scene.Options = _scene.Options with { RawAge = TimeSpan.FromHours(2), MaxAge = TimeSpan.FromHours(3) };
        for (ulong i = 0; i < 5; i++) await _scene.AppendAsync(StoreScene.BatchOf("node1", i + 1, 10, _noon.AddHours(-(int)i)));
        _scene.Store.Flush();
        _scene.Store.Compact();

        using var held = _scene.Store.Hold();
        Assert.Equal([_noon.AddHours(-2).UtcTicks, _noon.AddHours(-1).UtcTicks, _noon.UtcTicks], held.Manifest.Segments.Select(s => s.Hour).Order());
    }

    [Fact]
    public async Task A_second_process_is_told_that_the_store_is_open()
    {
        _ = _scene.Store;
        var e = Assert.Throws<IOException>(() => FlowStore.Open(
            new StoreOptions { Folder = _scene.Folder }, _scene.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<FlowStore>.Instance));
        Assert.Contains("Another process has the store", e.Message, StringComparison.Ordinal);
        await _scene.CloseAsync();
    }

    [Fact]
    public async Task Aggregates_count_exactly_the_flows_that_they_stand_for()
    {
        var random = new Random(7);
        _scene.Options = _scene.Options with { RawAge = TimeSpan.FromHours(1), MaxWindowRows = 5 };
        Flow Any(int i)
        {
            var flow = random.Next(3) == 0 ? Flows.Drop() : Flows.Forwarded(random.Next(80, 86));
            flow.Direction = (TrafficDirection)random.Next(3);
            flow.SourceAddress = IpAddress.FromIPv4(0xc0a80100u + (uint)random.Next(20));
            flow.Bytes = (ulong)random.Next(1000);
            return flow;
        }

        for (ulong i = 0; i < 6; i++) await _scene.AppendAsync(StoreScene.BatchOf("node1", i + 1, 400, _noon.AddHours(-(int)i), Any));
        _scene.Store.Flush();
        const string Sums = "SELECT verdict, drop_reason, destination_port, direction, sum(ingress_count)::BIGINT, sum(egress_count)::BIGINT, sum(unknown_count)::BIGINT, sum(bytes)::BIGINT FROM flows GROUP BY ALL ORDER BY ALL";
        var raw = _scene.Ask(Sums);

        _scene.Store.Compact();
        Assert.Equal(raw, _scene.Ask(Sums));
        using (var held = _scene.Store.Hold())
        {
            Assert.Equal(_noon.UtcTicks, held.Manifest.RawFrom);
            Assert.All(held.Manifest.Segments, s => Assert.Equal(s.Hour < held.Manifest.RawFrom, s.IsAggregate));
            var folded = _scene.Ask("SELECT sum(ingress_count + egress_count + unknown_count)::BIGINT FROM flows WHERE source_pod IS NULL AND source_workload IS NOT NULL");
            Assert.Equal(folded[0][0], held.Manifest.Segments.Sum(s => s.Folded));
        }

        Assert.True(_scene.Count() < 2400);
        Assert.Empty(_scene.Ask($"SELECT * FROM flows WHERE time < {_noon.UtcTicks} AND (time % 300000000 <> 0 OR source_port IS NOT NULL)"));
        Assert.NotEmpty(_scene.Ask($"SELECT * FROM flows WHERE time < {_noon.UtcTicks} AND source_pod IS NULL AND source_workload = 'order-service'"));

        // A late batch of an hour that is aggregates already becomes aggregates too, and merging them again changes nothing.
        await _scene.AppendAsync(StoreScene.BatchOf("node1", 99, 100, _noon.AddHours(-3), Any));
        _scene.Store.Flush();
        var withLate = _scene.Ask(Sums);
        _scene.Store.Compact();
        Assert.Equal(withLate, _scene.Ask(Sums));
        Assert.Equal(2500, Convert.ToInt64(_scene.Ask("SELECT sum(ingress_count + egress_count + unknown_count)::BIGINT FROM flows")[0][0], System.Globalization.CultureInfo.InvariantCulture));
    }
}
