using Grpc.Core;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Hubble;

/// <summary>Sends a reader what an agent did.</summary>
internal static class AgentEventStream
{
    /// <summary>Sends until the request is answered, or the reader goes.</summary>
    public static async Task SendAsync(
        AgentEventLog log, GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> to, CancellationToken cancellation)
    {
        var window = new TimeWindow(request.Since, request.Until);
        var next = Start(log, request, window);
        var end = request.Follow ? long.MaxValue : log.Next;
        var remaining = request.First && request.Number > 0 ? request.Number : ulong.MaxValue;
        while (next < end && remaining > 0)
        {
            if (log.Read(next) is not { } happened)
            {
                if (next < log.Oldest) next = log.Oldest;
                else await log.WaitAsync(next, cancellation);
                continue;
            }

            next++;
            var at = TimeWindow.Nanoseconds(happened.Time);
            if (window.IsBefore(at)) continue;
            if (window.IsAfter(at)) return;
            await to.WriteAsync(happened, cancellation);
            remaining--;
        }
    }

    private static long Start(AgentEventLog log, GetAgentEventsRequest request, TimeWindow window)
    {
        if (request.First || window.HasStart || window.HasEnd) return log.Oldest;
        if (request.Number == 0) return request.Follow ? log.Next : log.Oldest;
        return Math.Max(log.Oldest, log.Next - (long)Math.Min(request.Number, long.MaxValue));
    }
}
