using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>Since when the nodes' rings have everything.</summary>
internal static class RingStarts
{
    /// <summary>When nothing is in a ring.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Histories keep times in hundreds of nanoseconds: a start is rounded down to what they can tell apart.</summary>
    public const long StoredNanoseconds = 100;

    private static readonly GetFlowsRequest _oldest = new() { First = true, Number = 1 };

    /// <summary>Asks one node for its oldest flow.</summary>
    /// <returns>The name that it gives itself, and the flow's time; <see cref="Never"/> where its ring is empty or it does not answer.</returns>
    public static async Task<(string Name, long Start)> AskAsync(PeerNode node, CallInvoker calls, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var call = new CallOptions(deadline: time.GetUtcNow().UtcDateTime + longest, cancellationToken: cancellation);
            using var stream = calls.AsyncServerStreamingCall(ObserverWire.GetFlows, null, call, _oldest);
            while (await stream.ResponseStream.MoveNext(cancellation))
            {
                var frame = stream.ResponseStream.Current;
                var (isFlow, oldest, name) = (frame.IsFlow, frame.TimeNanoseconds, Encoding.UTF8.GetString(frame.NodeName()));
                frame.Release();
                if (isFlow) return (name, oldest - (oldest % StoredNanoseconds));
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested(); // else it will not answer for its ring either
        }

        return (node.Name, Never);
    }

    /// <summary>From when on (nanoseconds since 1970) every ring has everything: before it, at least one has a gap.</summary>
    public static async Task<long> LatestAsync(PeerPool pool, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        var starts = await Task.WhenAll(pool.Connected().Select(p => AskAsync(p.Node, p.Calls, longest, time, cancellation)));

        // Rings without a flow have no gap; if all are empty, everything there is may be in a history.
        return starts.Where(s => s.Start != Never).Select(s => s.Start).DefaultIfEmpty(TimeWindow.Nanoseconds(Timestamp.FromDateTimeOffset(time.GetUtcNow()))).Max();
    }
}
