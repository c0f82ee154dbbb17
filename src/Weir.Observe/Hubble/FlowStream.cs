using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Ring;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Hubble;

/// <summary>One reader of the ring: sends it what it asked for, and how much it lost where it was too slow.</summary>
/// <param name="ring">Where the flows are.</param>
/// <param name="query">What it asked for.</param>
/// <param name="options">What the observer says of itself.</param>
/// <param name="time">The clock.</param>
/// <param name="to">The reader.</param>
internal sealed class FlowStream(FlowRing ring, FlowQuery query, ObserverOptions options, TimeProvider time, FrameWriter to)
{
    private readonly FlowEncoder _encoder = new(query.Mask, options.Facts);
    private readonly FlowCursor _cursor = new(ring, Start(ring, query));
    private readonly long _end = query.Follow ? long.MaxValue : ring.Next;
    private ulong _kernelLost = options.KernelLost();

    /// <summary>Sends what the ring held when the stream was made, and what came since, until the request is answered or the reader goes.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var remaining = query.First && query.Number > 0 ? (long)Math.Min(query.Number, long.MaxValue) : long.MaxValue;
        while (remaining > 0 && _cursor.Position < _end)
        {
            var read = _cursor.TryNext(out var flow, out var number, out var lost);
            if (lost > 0) await to.WriteAsync(Lost(LostEventSource.HubbleRingBuffer, (ulong)lost), cancellation);
            if (!read)
            {
                if (!query.Follow) break;
                await TellKernelLossAsync(cancellation);
                await to.FlushAsync(cancellation);
                await _cursor.WaitAsync(cancellation);
                continue;
            }

            // A reader that was overtaken may have been carried beyond the end of what it asked for.
            if (number >= _end) break;
            if (query.Window.IsAfter(flow.TimeNanoseconds))
            {
                if (query.Follow) break;
                continue; // two processors' events may be a little out of order
            }

            if (query.Window.IsBefore(flow.TimeNanoseconds) || !query.Selection.Matches(flow)) continue;
            remaining--;
            await to.WriteAsync(_encoder.Encode(flow), cancellation);
        }

        await to.FlushAsync(cancellation);
    }

    private static long Start(FlowRing ring, FlowQuery query)
    {
        if (query.First || (query.Number == 0 && query.Window.HasStart)) return ring.Oldest;
        if (query.Number == 0) return query.Follow ? ring.Next : ring.Oldest;

        // The last N that match: walk back, since only the filter knows which those are.
        var wanted = query.Number;
        var number = ring.Next;
        while (number > ring.Oldest && wanted > 0)
        {
            if (!ring.TryRead(--number, out var flow)) return number + 1;
            if (query.Window.IsBefore(flow.TimeNanoseconds)) return number + 1;
            if (!query.Window.IsAfter(flow.TimeNanoseconds) && query.Selection.Matches(flow)) wanted--;
        }

        return number;
    }

    private async Task TellKernelLossAsync(CancellationToken cancellation)
    {
        var now = options.KernelLost();
        if (now == _kernelLost) return;
        var lost = now - _kernelLost;
        _kernelLost = now;
        await to.WriteAsync(Lost(LostEventSource.PerfEventRingBuffer, lost), cancellation);
    }

    private FlowFrame Lost(LostEventSource source, ulong count) => FlowFrame.Of(new GetFlowsResponse
    {
        LostEvents = new LostEvent { Source = source, NumEventsLost = count },
        NodeName = options.NodeName,
        Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
    });
}
