using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Session;
using Weir.Hub.Ui.State;
using Weir.Observe.Relay;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.Ui.Flows;

/// <summary>Streams flows to one page as they come: at most ten frames a second, each a line of JSON, with what it skipped and what was lost.</summary>
/// <remarks>A page that reads slowly gets fewer frames with more skipped; it makes neither nodes nor other pages wait.</remarks>
/// <param name="flows">The nodes.</param>
/// <param name="pulse">How they are.</param>
/// <param name="gate">Tells whether the page's session still stands.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveFlows(ClusterFlows flows, ClusterPulse pulse, UiGate gate, TimeProvider time)
{
    private const int FlowsToBeginWith = 100;
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>Streams until the page goes, or its session ends.</summary>
    public async Task SendAsync(HttpContext context, UiScope scope)
    {
        var request = new GetFlowsRequest { Follow = true };
        if (scope.HasFrom) request.Since = Timestamp.FromDateTimeOffset(scope.From);
        else request.Number = FlowsToBeginWith;
        scope.Filters.Narrow(request);
        using var frame = new LiveFrame();
        await LineStream.SendAsync(
            context, gate, time, _frame, _heartbeat,
            cancellation => flows.SendAsync(request, new FrameHandler(f => Take(f, frame, scope)), _ => Task.CompletedTask, cancellation),
            () => frame.HasNews,
            () => frame.Take(pulse.Coverage.Share));
    }

    private static void Take(FlowFrame received, LiveFrame frame, UiScope scope)
    {
        if (!received.IsFlow)
        {
            frame.AddNews(received);
            return;
        }

        var flow = FlowView.Of(received.Bytes.Span);
        if (scope.Filters.Matches(flow)) frame.Add(flow);
    }
}
