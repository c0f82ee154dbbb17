using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Ingest;
using Xunit;

namespace Weir.EndToEnd;

[Collection(OneAtATime.Name)]
public sealed class HubSurvivalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-hub").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_hub_that_is_killed_twenty_times_under_ingest_has_every_flow_once()
    {
        const int Nodes = 3;
        using var stop = new CancellationTokenSource();
        using var channel = HubProcess.Channel(_folder);
        var spools = Enumerable.Range(1, Nodes).Select(n => BatchSpool.Open(new SpoolOptions { Folder = Path.Combine(_folder, "spool" + n) }, "node" + n, TimeProvider.System)).ToList();
        var sending = spools.Select(s => new BatchSender(s, new Weir.FlowLog.Wire.Ingest.IngestClient(channel), TimeProvider.System, NullLogger<BatchSender>.Instance).RunAsync(stop.Token)).ToList();
        var made = spools.Select(s => Task.Run(() => ProduceAsync(s, stop.Token), CancellationToken.None)).ToList();

        for (var life = 0; life < 20; life++)
        {
            using var hub = await HubProcess.StartAsync(_folder);
            var before = Acknowledged(spools);

            // Dies in the middle of its work, each time a little later.
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Acknowledged(spools) < before + (3 * life) + 5) await Task.Delay(5, soon.Token);
            await hub.KillAsync();
        }

        using var last = await HubProcess.StartAsync(_folder);
        await stop.CancelAsync();
        var rows = (await Task.WhenAll(made)).Sum();
        foreach (var one in sending) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        using var more = new CancellationTokenSource();
        var rest = spools.Select(s => new BatchSender(s, new Weir.FlowLog.Wire.Ingest.IngestClient(channel), TimeProvider.System, NullLogger<BatchSender>.Instance).RunAsync(more.Token)).ToList();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (spools.Any(s => s.Count > 0)) await Task.Delay(20, patience.Token);
        await more.CancelAsync();
        foreach (var one in rest) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);

        Assert.True(rows > 0);
        Assert.Equal(0, spools.Sum(s => s.LostFlows));
        Assert.Equal(rows, await last.CountAsync(rows));

        long Acknowledged(List<BatchSpool> all) => all.Sum(s => s.Made - s.Count);
    }

    private static async Task<long> ProduceAsync(BatchSpool spool, CancellationToken cancellation)
    {
        var encoder = new RowEncoder();
        var rows = 0L;
        while (!cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < 200; i++) encoder.Add(StoredFlow.Of(rows + i));
            rows += 200;
            spool.Append(encoder.Take(), 200);

            // Never far ahead: the hub is away most of the time.
            while (spool.Count > 40 && !cancellation.IsCancellationRequested) await Task.Delay(5, CancellationToken.None);
        }

        return rows;
    }
}
