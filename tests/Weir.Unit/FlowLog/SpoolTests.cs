using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Ingest;
using Weir.Observe.Hubble;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class SpoolTests : IAsyncLifetime
{
    private readonly StoreScene _scene = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-spool").FullName;

    private string Socket => Path.Combine(_folder, "hub.sock");

    private SpoolOptions Options => new() { Folder = Path.Combine(_folder, "spool") };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_gathered_while_the_hub_is_away_arrives_once_when_it_is_there_and_leaves_the_disk()
    {
        var spool = Fill(batches: 40);
        Assert.Equal(40, spool.Count);
        using var stop = new CancellationTokenSource();
        using var channel = ObserverChannel.OverUnixSocket(Socket);
        var sending = new BatchSender(spool, new Weir.FlowLog.Wire.Ingest.IngestClient(channel), TimeProvider.System, NullLogger<BatchSender>.Instance).RunAsync(stop.Token);

        for (var life = 0; life < 3; life++)
        {
            await using (await IngestHost.StartAsync(_scene.Store, Socket)) await EmptyAsync(spool);
            Put(spool, batches: 5);
        }

        await using (await IngestHost.StartAsync(_scene.Store, Socket)) await EmptyAsync(spool);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        _scene.Store.Flush();
        Assert.Equal((40 + 15) * 100, _scene.Count());
        Assert.Equal(["epoch"], Directory.EnumerateFiles(Options.Folder).Select(f => Path.GetFileName(f)));
        Assert.Equal(0, spool.LostFlows);
    }

    [Fact]
    public void An_agent_that_starts_again_goes_on_with_a_later_epoch_whatever_its_clock_says()
    {
        Assert.Equal(3, Fill(batches: 3).Count);
        _scene.Time.SetUtcNow(_scene.Time.GetUtcNow());
        var again = BatchSpool.Open(Options, "node1", _scene.Time);
        Assert.Equal(3, again.Count);
        Put(again, batches: 1);
        var marks = Directory.EnumerateFiles(Options.Folder, "*.batch").Select(f => Path.GetFileName(f).Split('-')[0]).Order().ToList();
        Assert.Equal(4, marks.Count);
        Assert.True(ulong.Parse(marks[3]) > ulong.Parse(marks[2]));
    }

    [Fact]
    public void A_spool_that_is_full_gives_up_the_oldest_and_counts_them()
    {
        var spool = BatchSpool.Open(Options with { MaxBytes = 1_000_000 }, "node1", _scene.Time);
        var rows = new byte[300_000];
        for (var i = 0; i < 5; i++) spool.Append(rows, 1000);
        Assert.Equal(3, spool.Count);
        Assert.Equal(2000, spool.LostFlows);
        Assert.DoesNotContain(Directory.EnumerateFiles(Options.Folder), f => f.Contains("-00000000000000000001-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_that_is_damaged_on_the_disk_is_given_up_and_the_rest_arrives()
    {
        var spool = Fill(batches: 3);
        var second = Directory.EnumerateFiles(Options.Folder, "*.batch").Order().ElementAt(1);
        var bytes = await File.ReadAllBytesAsync(second, TestContext.Current.CancellationToken);
        bytes[^1] ^= 0xff;
        await File.WriteAllBytesAsync(second, bytes, TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        using var channel = ObserverChannel.OverUnixSocket(Socket);
        await using var host = await IngestHost.StartAsync(_scene.Store, Socket);
        var sending = new BatchSender(spool, new Weir.FlowLog.Wire.Ingest.IngestClient(channel), TimeProvider.System, NullLogger<BatchSender>.Instance).RunAsync(stop.Token);
        await EmptyAsync(spool);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        _scene.Store.Flush();
        Assert.Equal(200, _scene.Count());
        Assert.Equal(100, spool.LostFlows);
    }

    [Fact]
    public void Flows_are_gathered_until_a_batch_is_full()
    {
        var spool = Fill(batches: 0);
        var batcher = new FlowBatcher(spool, Options.Gather, _scene.Time);
        for (var i = 0; i < FlowBatcher.MaxFlows + 1; i++) batcher.Add(Flows.Forwarded(3000));
        Assert.Equal(1, spool.Count);
        batcher.Flush();
        Assert.Equal(2, spool.Count);
    }

    private BatchSpool Fill(int batches)
    {
        var spool = BatchSpool.Open(Options, "node1", _scene.Time);
        Put(spool, batches);
        return spool;
    }

    private static void Put(BatchSpool spool, int batches)
    {
        var from = new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < batches; i++) spool.Append(StoreScene.BatchOf("node1", 1, 100, from).Rows.ToByteArray(), 100);
    }

    private static async Task EmptyAsync(BatchSpool spool)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (spool.Count > 0) await Task.Delay(10, soon.Token);
    }
}
