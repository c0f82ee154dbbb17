using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>The part of an answer that is older than what the nodes still hold.</summary>
/// <param name="Flows">The older flows.</param>
/// <param name="Cut">From when on (nanoseconds since 1970) every node's ring has everything.</param>
internal sealed record OlderFlows(IAsyncEnumerable<FlowFrame> Flows, long Cut)
{
    /// <summary>Reads that part; null when a request does not reach back so far.</summary>
    public static async Task<OlderFlows?> TryReadAsync(
        IFlowHistory history, PeerPool pool, GetFlowsRequest request, FlowQuery query, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        // The last N, and what is followed, is in the rings; times and the first N may not be.
        if (!query.Window.HasStart && !query.Window.HasEnd && !request.First) return null;
        var cut = await CutAsync(pool, longest, time, cancellation);
        if (query.Window.HasStart && query.Window.Since >= cut) return null;
        var older = request.Clone();
        older.Follow = false;
        if (request.Until is null || TimeWindow.Nanoseconds(request.Until) >= cut) older.Until = FlowMessage.TimeOf(cut - 1);
        return new OlderFlows(history.ReadAsync(older, cancellation), cut);
    }

    /// <summary>What is left to ask the nodes for; null when nothing is.</summary>
    /// <param name="request">The whole request.</param>
    /// <param name="sent">How many flows were sent, where the first N are wanted.</param>
    public GetFlowsRequest? Rest(GetFlowsRequest request, ulong sent)
    {
        if (request.Until is { } until && TimeWindow.Nanoseconds(until) < Cut) return null;
        if (request.First && request.Number > 0 && sent >= request.Number) return null;
        var rest = request.Clone();
        rest.Since = FlowMessage.TimeOf(Cut);
        if (request.First && request.Number > 0) rest.Number -= sent;
        return rest;
    }

    // The youngest of the nodes' oldest flows: before it, at least one ring has a gap.
    internal static async Task<long> CutAsync(PeerPool pool, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(longest);
        var oldest = await Task.WhenAll(pool.Connected().Select(async peer =>
        {
            try
            {
                using var call = peer.Calls.AsyncServerStreamingCall(
                    ObserverWire.GetFlows, null, new CallOptions(cancellationToken: enough.Token), new GetFlowsRequest { First = true, Number = 1 });
                return await call.ResponseStream.MoveNext(enough.Token) ? call.ResponseStream.Current.TimeNanoseconds : long.MinValue;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                return long.MinValue; // it will not answer for its ring either
            }
        }));
        cancellation.ThrowIfCancellationRequested();

        // Rings without a flow have no gap; if all are empty, everything there is may be in the history.
        var cut = oldest.Where(t => t != long.MinValue).DefaultIfEmpty(long.MinValue).Max();
        return cut == long.MinValue ? TimeWindow.Nanoseconds(Timestamp.FromDateTimeOffset(time.GetUtcNow())) : cut;
    }
}
