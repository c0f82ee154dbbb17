using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Ring;
using Weir.Observe.Server;
using Weir.Observe.Wire.Observers;

namespace Weir.Bench.Soak;

/// <summary>A node's observer under load: flows at a given rate, and readers that come, go, stall and die.</summary>
/// <param name="rate">Flows a second.</param>
/// <param name="readers">How many readers, a quarter of each <see cref="ReaderLife"/>.</param>
/// <param name="capacity">How many flows the ring keeps.</param>
internal sealed class FlowSoak(int rate, int readers, int capacity)
{
    private const int TicksPerSecond = 50;
    private static readonly TimeSpan _session = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longestEnd = TimeSpan.FromSeconds(60);
    private readonly FlowRing _ring = new(capacity);
    private readonly List<FlowAccount> _accounts = [];
    private long _published;

    /// <summary>The flows that were made so far.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Runs it.</summary>
    /// <param name="lasts">How long flows are made.</param>
    /// <param name="socket">The path of the server's socket.</param>
    /// <param name="each">Called about every second, with the time since the start.</param>
    public async Task<SoakResult> RunAsync(TimeSpan lasts, string socket, Action<TimeSpan> each)
    {
        var service = new ObserverService(_ring, new AgentEventLog("node1", TimeProvider.System), new ObserverOptions { NodeName = "node1", Version = "0" }, TimeProvider.System);
        await using var server = await HubbleServer.StartAsync(service, null, new ServerListeners { UnixSocket = socket }, TimeProvider.System, CancellationToken.None);
        using var over = new CancellationTokenSource();
        var running = Enumerable.Range(0, readers).Select(i => Task.Run(() => ReadAsync((ReaderLife)(i % 4), socket, over.Token))).ToList();
        await ProduceAsync(lasts, each);
        await over.CancelAsync();
        Make(1); // who has read everything waits for a flow, and would not see that it is over
        _ring.Wake();
        await Task.WhenAll(running);
        lock (_accounts)
            return new SoakResult(Published, _accounts.Count, _accounts.Sum(a => a.Delivered), _accounts.Sum(a => a.Lost), _accounts.Sum(a => a.Wrong));
    }

    private async Task ProduceAsync(TimeSpan lasts, Action<TimeSpan> each)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond));
        var told = TimeSpan.Zero;
        while (TimeProvider.System.GetElapsedTime(began) is var now && now < lasts)
        {
            // What a late tick owes is made up for: the rate is that of the clock.
            Make((long)(now.TotalSeconds * rate) - _published);
            _ring.Wake();
            if (now - told >= TimeSpan.FromSeconds(1))
            {
                told = now;
                each(now);
            }

            await tick.WaitForNextTickAsync();
        }
    }

    private void Make(long count)
    {
        for (; count > 0; count--)
        {
            _ring.Open() = FlowOf(_published);
            _ring.Publish();
            Volatile.Write(ref _published, _published + 1);
        }
    }

    private async Task ReadAsync(ReaderLife life, string socket, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var account = new FlowAccount();
            lock (_accounts) _accounts.Add(account);
            using var hangUp = new CancellationTokenSource();
            var channel = ObserverChannel.OverUnixSocket(socket);
            try
            {
                using var call = new Observer.ObserverClient(channel).GetFlows(new GetFlowsRequest { Follow = true, FieldMask = FieldMask.FromString("time") }, cancellationToken: hangUp.Token);
                await (life == ReaderLife.Stays ? ReadToEndAsync(call, account, over) : ReadForAsync(call, account, life, hangUp, channel, over));
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
            {
                // It hung up, or its connection broke: as it should.
            }
            finally
            {
                channel.Dispose();
            }
        }
    }

    // To the last flow: what it got and what it was told it lost are then all that was made.
    private async Task ReadToEndAsync(AsyncServerStreamingCall<GetFlowsResponse> call, FlowAccount account, CancellationToken over)
    {
        using var longest = new CancellationTokenSource();
        await using var end = over.Register(() => longest.CancelAfter(_longestEnd));
        while (!over.IsCancellationRequested || account.Position < Published)
        {
            if (!await call.ResponseStream.MoveNext(longest.Token)) return;
            account.Take(call.ResponseStream.Current);
        }
    }

    private static async Task ReadForAsync(AsyncServerStreamingCall<GetFlowsResponse> call, FlowAccount account, ReaderLife life, CancellationTokenSource hangUp, GrpcChannel channel, CancellationToken over)
    {
        for (var round = 0; !over.IsCancellationRequested; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(began) < _session && !over.IsCancellationRequested)
            {
                if (!await call.ResponseStream.MoveNext(over)) return;
                account.Take(call.ResponseStream.Current);
            }

            if (life == ReaderLife.ComesAndGoes)
            {
                await hangUp.CancelAsync();
                return;
            }

            await Task.Delay(2 * _session, over); // it does not read, and the ring goes on without it
            if (life != ReaderLife.Dies) continue;
            channel.Dispose(); // the connection, not the call: nobody tells the server that it is over
            return;
        }
    }

    private static Flow FlowOf(long number) => new()
    {
        TimeNanoseconds = FlowAccount.Epoch + (number * FlowAccount.Step),
        Kind = FlowKind.Trace,
        Verdict = Verdict.Forwarded,
        Point = ObservationPoint.ToEndpoint,
        Protocol = IpProtocol.Tcp,
        SourceAddress = IpAddress.FromIPv4(0xc0a80101u),
        DestinationAddress = IpAddress.FromIPv4(0xc0a80201u),
        SourcePort = (ushort)(30000 + (number % 20000)),
        DestinationPort = 3000,
        Source = _end,
        Destination = _end,
        NodeName = "node1",
    };

    private static readonly Endpoint _end = new() { Identity = new SecurityIdentity(1000), Namespace = "pets", PodName = "store-front-0" };
}
