using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Bench;

/// <summary>What readers with filters cost a node: <c>Weir.Bench hubble-readers SECONDS RATE READERS</c>.</summary>
/// <remarks>Bar: 100 readers at 10,000 flows/s cost the server less than one core. The readers are a process of their own.</remarks>
internal static class ReaderLoad
{
    private const int Capacity = 65_536;

    public static async Task RunAsync(int seconds, int rate, int readers)
    {
        var folder = Directory.CreateTempSubdirectory("weir-readers-").FullName;
        try
        {
            var socket = Path.Combine(folder, "observe.sock");
            await using var node = await ServedRing.StartAsync("node1", Capacity, socket);
            var source = new FlowSource(node.Ring, rate);
            await source.RunAsync(TimeSpan.FromSeconds(5));
            await MeasureAsync("no reader", source, seconds, 1, 0);
            for (var some = readers / 100 is 0 ? 1 : readers / 100; some <= readers; some *= 10)
            {
                var heap = GC.GetTotalMemory(forceFullCollection: true);
                using var child = SidePart.Start("hubble-readers-side", socket, some);
                await child.ReadyAsync(); // all of them are answered
                await source.RunAsync(TimeSpan.FromSeconds(2));
                await MeasureAsync($"{some} readers", source, seconds, some, heap);
                await Console.Out.WriteLineAsync("  " + await child.EndAsync());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The readers, each with a filter of its own, until standard input closes.</summary>
    public static async Task ReadAsync(string socket, int readers)
    {
        using var over = new CancellationTokenSource();
        var got = 0L;
        var answered = new CountdownEvent(readers);
        var running = Enumerable.Range(0, readers).Select(i => Task.Run(async () =>
        {
            using var channel = ObserverChannel.OverUnixSocket(socket);
            using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(ObserverWire.GetFlows, null, new CallOptions(cancellationToken: over.Token), new GetFlowsRequest { Follow = true, Whitelist = { FilterOf(i) } });
            await call.ResponseHeadersAsync;
            answered.Signal();
            await SidePart.ReadAsync(
                call,
                frame =>
                {
                    frame.Release();
                    Interlocked.Increment(ref got);
                },
                over.Token);
        })).ToList();
        answered.Wait();
        await SidePart.UntilEndedAsync();
        await over.CancelAsync();
        await Task.WhenAll(running);
        await Console.Out.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{got:#,##0} flows were delivered"));
    }

    /// <summary>A filter that lets about one flow in 200 pass, each reader's of another kind or value.</summary>
    public static FlowFilter FilterOf(int reader)
    {
        var pod = reader % 177;
        var address = string.Create(CultureInfo.InvariantCulture, $"192.168.1.{pod}");
        return (reader % 8) switch
        {
            0 => new FlowFilter { SourcePod = { string.Create(CultureInfo.InvariantCulture, $"pets/store-front-5c54b548d8-{pod:00000}") } },
            1 => new FlowFilter { SourceIp = { address } },
            2 => new FlowFilter { SourceIp = { address + "/32" }, Verdict = { Verdict.Forwarded } },
            3 => new FlowFilter { SourceIdentity = { (uint)(1000 + pod) } },
            4 => new FlowFilter { SourceLabel = { "app in (store-front, store-admin)" }, DestinationIdentity = { (uint)(1000 + pod) } },
            5 => new FlowFilter { SourceWorkload = { new Workload { Name = "store-front", Kind = "Deployment" } }, SourceIdentity = { (uint)(1000 + pod) } },
            6 => new FlowFilter { TcpFlags = { new TCPFlags { SYN = true } }, DestinationPort = { "3000" }, DestinationIp = { string.Create(CultureInfo.InvariantCulture, $"192.168.2.{pod}") } },
            _ => new FlowFilter { Protocol = { "tcp" }, SourceFqdn = { "*.example.org" } },
        };
    }

    private static async Task MeasureAsync(string what, FlowSource source, int seconds, int readers, long heapBefore)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        await source.RunAsync(TimeSpan.FromSeconds(seconds));
        self.Refresh();
        var cores = (self.TotalProcessorTime - before).TotalSeconds / seconds;
        var memory = heapBefore == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {(GC.GetTotalMemory(forceFullCollection: true) - heapBefore) / 1024.0 / readers:0} KiB of heap a reader");
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what}: {cores:0.000} cores, {self.WorkingSet64 >> 20} MiB resident{memory}"));
    }
}
