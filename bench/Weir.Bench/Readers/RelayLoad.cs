using System.Diagnostics;
using System.Globalization;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Server;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Bench;

/// <summary>A relay before many nodes: <c>Weir.Bench hubble-relay SECONDS NODES RATE</c>, the rate that of each node.</summary>
/// <remarks>Bar: 100 nodes at 1,000 flows/s each, merged in order, under 1 GiB. Nodes and reader are processes of their own.</remarks>
internal static class RelayLoad
{
    private const int Capacity = 16_384;

    public static async Task RunAsync(int seconds, int nodes, int rate)
    {
        var folder = Directory.CreateTempSubdirectory("weir-relay-").FullName;
        try
        {
            using var sources = SidePart.Start("hubble-relay-nodes", folder, nodes, rate);
            await sources.ReadyAsync(); // all of them listen
            var options = new RelayOptions { Version = "0" };
            await using var pool = new PeerPool(options, TimeProvider.System);
            foreach (var i in Enumerable.Range(0, nodes)) pool.Add(new PeerNode($"node{i}", "unix:" + SocketOf(folder, i), null));
            var socket = Path.Combine(folder, "relay.sock");
            await using var relay = await HubbleServer.StartAsync(new RelayService(pool, options, "relay", null, TimeProvider.System), null, new ServerListeners { UnixSocket = socket }, TimeProvider.System, CancellationToken.None);
            while (pool.States.Any(s => s.State != NodeState.NodeConnected)) await pool.Change;
            using var reader = SidePart.Start("hubble-relay-side", socket, seconds);
            using var self = Process.GetCurrentProcess();
            var (before, most) = (self.TotalProcessorTime, 0L);
            var began = TimeProvider.System.GetTimestamp();
            var answer = reader.AnswerAsync();
            while (!answer.IsCompleted)
            {
                await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(0.5)));
                self.Refresh();
                most = Math.Max(most, self.WorkingSet64);
            }

            var cores = (self.TotalProcessorTime - before).TotalSeconds / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var said = await answer;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes at {rate:#,##0} flows/s: {said}; the relay: {cores:0.00} cores, {most >> 20} MiB resident at most"));
            await sources.EndAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The nodes, until standard input closes.</summary>
    public static async Task ServeNodesAsync(string folder, int nodes, int rate)
    {
        var served = new List<ServedRing>();
        foreach (var i in Enumerable.Range(0, nodes)) served.Add(await ServedRing.StartAsync($"node{i}", Capacity, SocketOf(folder, i)));
        var sources = served.Select(s => new FlowSource(s.Ring, rate)).ToList();
        var over = SidePart.UntilEndedAsync();
        while (!over.IsCompleted) await Task.WhenAll(sources.Select(s => s.RunAsync(TimeSpan.FromSeconds(1), Now)));
        foreach (var node in served) await node.DisposeAsync();
    }

    /// <summary>A reader that checks the order.</summary>
    public static async Task ReadAsync(string socket, int seconds)
    {
        using var channel = ObserverChannel.OverUnixSocket(socket);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var call = new Observer.ObserverClient(channel).GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: over.Token);
        var (got, lost, disordered, last) = (0L, 0UL, 0L, 0L);
        await SidePart.ReadAsync(
            call,
            response =>
            {
                lost += response.LostEvents?.NumEventsLost ?? 0;
                if (response.Flow is null) return;
                var time = (response.Time.Seconds * 1_000_000_000L) + response.Time.Nanos;
                if (time < last) disordered++;
                last = time;
                got++;
            },
            over.Token);
        await Console.Out.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{got / seconds:#,##0} flows/s reached the reader, {disordered} out of order, {lost:#,##0} lost"));
    }

    private static long Now() => (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    private static string SocketOf(string folder, int node) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{node}.sock"));
}
