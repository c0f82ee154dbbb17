using Grpc.Core;
using Weir.Hub.Ui.Flows;
using Weir.Observe.Relay;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Hub.Ui.State;

/// <summary>Keeps an eye on the nodes: who answers, how many flows each sees, and what was lost where in the last minutes.</summary>
internal sealed class ClusterPulse(ClusterFlows flows, PeerPool pool, TimeProvider time)
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly Queue<(long At, string Node, string Source, long Count)> _losses = new();
    private readonly Queue<(long At, IReadOnlyDictionary<string, long> Seen)> _samples = new();

    /// <summary>What could be seen of the last five minutes.</summary>
    public Coverage Coverage
    {
        get
        {
            lock (_gate)
            {
                Forget();
                var lost = _losses.GroupBy(l => (l.Node, l.Source)).Select(g => (g.Key.Node, g.Key.Source, g.Sum(l => l.Count))).ToList();
                return new Coverage(_samples.Count == 0 ? 0 : _samples.Last().Seen.Sum(s => Math.Max(0, s.Value - First(s.Key))), lost);
            }
        }
    }

    /// <summary>Every node.</summary>
    public IReadOnlyList<NodePulse> Nodes
    {
        get
        {
            lock (_gate)
            {
                Forget();
                var recent = _samples.Reverse().Take(3).ToList();
                return [.. pool.States.Select(s => new NodePulse(
                    s.Node.Name, s.State == NodeState.NodeConnected, s.State == NodeState.NodeConnected ? "" : s.Reason.Length > 0 ? s.Reason : "It has not answered yet.",
                    Rate(recent, s.Node.Name), _losses.Where(l => l.Node == s.Node.Name).Sum(l => l.Count)))];
            }
        }
    }

    /// <summary>Watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(FollowAsync(cancellation), PollAsync(cancellation));

    // A node that came meanwhile counts from its first answer on.
    private long First(string node)
    {
        foreach (var (_, seen) in _samples)
            if (seen.TryGetValue(node, out var first)) return first;
        return 0;
    }

    // A reader that wants no flow is told of losses all the same.
    private async Task FollowAsync(CancellationToken cancellation)
    {
        var request = new GetFlowsRequest { Follow = true, Whitelist = { new FlowFilter { Uuid = { Guid.Empty.ToString() } } } };
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await flows.SendAsync(request, new FrameHandler(Note), _ => Task.CompletedTask, cancellation);
            }
            catch (RpcException) when (!cancellation.IsCancellationRequested)
            {
                // The pool tries the nodes again.
            }
            catch (Exception e) when (e is OperationCanceledException or RpcException)
            {
                return;
            }

            await Task.Delay(_interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Note(FlowFrame frame)
    {
        if (frame.IsFlow) return;
        var response = GetFlowsResponse.Parser.ParseFrom(frame.Bytes.Span);
        if (response.LostEvents is not { NumEventsLost: > 0 } lost) return;
        var source = lost.Source switch
        {
            LostEventSource.PerfEventRingBuffer => "the kernel's event ring",
            LostEventSource.HubbleRingBuffer => "the node's flow ring",
            LostEventSource.ObserverEventsQueue => "the observer's queue",
            _ => "unknown",
        };
        lock (_gate) _losses.Enqueue((time.GetTimestamp(), response.NodeName, source, (long)lost.NumEventsLost));
    }

    private async Task PollAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_interval, time);
        try
        {
            do
            {
                var seen = (await flows.StatusAsync(cancellation)).ToDictionary(s => s.Node, s => (long)s.Answer.SeenFlows, StringComparer.Ordinal);
                lock (_gate)
                {
                    _samples.Enqueue((time.GetTimestamp(), seen));
                    Forget();
                }
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private void Forget()
    {
        while (_losses.TryPeek(out var loss) && time.GetElapsedTime(loss.At) > _window) _losses.Dequeue();
        while (_samples.TryPeek(out var sample) && time.GetElapsedTime(sample.At) > _window) _samples.Dequeue();
    }

    private double Rate(List<(long At, IReadOnlyDictionary<string, long> Seen)> recent, string node)
    {
        if (recent.Count < 2 || !recent[0].Seen.TryGetValue(node, out var now) || !recent[^1].Seen.TryGetValue(node, out var before)) return 0;
        return Math.Max(0, Math.Round((now - before) / time.GetElapsedTime(recent[^1].At, recent[0].At).TotalSeconds, 1));
    }
}
