using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Filters;
using Weir.Observe.Ring;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;
using Flow = Weir.Model.Flow;

namespace Weir.Observe.Hubble;

/// <summary>The node's observer: answers Hubble's clients out of the ring.</summary>
public sealed class ObserverService(FlowRing ring, ObserverOptions options, TimeProvider time) : Observer.ObserverBase
{
    private readonly long _started = time.GetTimestamp();

    /// <inheritdoc/>
    public override async Task GetFlows(
        GetFlowsRequest request, IServerStreamWriter<GetFlowsResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        var selection = Compile(request);
        var window = new TimeWindow(request);
        var start = StartOf(request, selection, window);
        var remaining = request.First && request.Number > 0 ? (long)Math.Min(request.Number, long.MaxValue) : long.MaxValue;
        await Send(request.Follow, start, remaining, selection, window, responseStream, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context)
    {
        var seen = ring.Next;
        var uptime = time.GetElapsedTime(_started);
        return Task.FromResult(new ServerStatusResponse
        {
            NumFlows = (ulong)Math.Min(seen, ring.Capacity),
            MaxFlows = (ulong)ring.Capacity,
            SeenFlows = (ulong)seen,
            UptimeNs = (ulong)uptime.Ticks * 100,
            Version = options.Version,
            FlowsRate = uptime > TimeSpan.Zero ? seen / uptime.TotalSeconds : 0,
        });
    }

    private static FlowSelection Compile(GetFlowsRequest request)
    {
        try
        {
            return new FlowSelection(request.Whitelist, request.Blacklist);
        }
        catch (FilterException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }

    private long StartOf(GetFlowsRequest request, FlowSelection selection, TimeWindow window)
    {
        if (request.First || (request.Number == 0 && window.HasStart)) return ring.Oldest;
        if (request.Number == 0) return request.Follow ? ring.Next : ring.Oldest;

        // The last N that match: walk back, since only the filter knows which those are.
        var wanted = request.Number;
        var sequence = ring.Next;
        while (sequence > ring.Oldest && wanted > 0)
        {
            if (!ring.TryRead(--sequence, out var flow)) return sequence + 1;
            if (window.IsBefore(flow.TimeNanoseconds)) return sequence + 1;
            if (!window.IsAfter(flow.TimeNanoseconds) && selection.Matches(flow)) wanted--;
        }

        return sequence;
    }

    private async Task Send(
        bool follow, long start, long remaining, FlowSelection selection, TimeWindow window,
        IServerStreamWriter<GetFlowsResponse> to, CancellationToken cancellation)
    {
        var cursor = new FlowCursor(ring, start);
        var end = follow ? long.MaxValue : ring.Next;
        while (!cancellation.IsCancellationRequested && remaining > 0 && cursor.Position < end)
        {
            var read = cursor.TryNext(out var flow, out var sequence, out var lost);
            if (lost > 0) await to.WriteAsync(LostOf(lost), cancellation);
            if (!read)
            {
                if (!follow) return;
                await cursor.WaitAsync(cancellation);
                continue;
            }

            if (window.IsAfter(flow.TimeNanoseconds)) return;
            if (window.IsBefore(flow.TimeNanoseconds) || !selection.Matches(flow)) continue;
            remaining--;
            await to.WriteAsync(ResponseOf(flow, sequence), cancellation);
        }
    }

    private static GetFlowsResponse ResponseOf(in Flow flow, long sequence) => new()
    {
        Flow = FlowMessage.Of(flow, sequence),
        NodeName = flow.NodeName ?? "",
        Time = FlowMessage.TimeOf(flow.TimeNanoseconds),
    };

    private GetFlowsResponse LostOf(long lost) => new()
    {
        LostEvents = new LostEvent { Source = LostEventSource.HubbleRingBuffer, NumEventsLost = (ulong)lost },
        NodeName = options.NodeName,
        Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
    };
}
