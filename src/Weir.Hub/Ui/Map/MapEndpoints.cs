using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Hub.Server;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Session;
using Weir.Hub.Ui.State;
using Weir.Observe.Relay;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.Ui.Map;

/// <summary><c>/ui/api/map</c> and <c>/ui/api/timeline</c>: who speaks with whom, and when how much.</summary>
/// <param name="gate">The way in.</param>
/// <param name="search">Finds past flows.</param>
/// <param name="flows">The nodes.</param>
/// <param name="pulse">How they are.</param>
/// <param name="cluster">What the cluster is made of.</param>
/// <param name="time">The clock.</param>
internal sealed class MapEndpoints(UiGate gate, FlowSearch search, ClusterFlows flows, ClusterPulse pulse, ClusterView cluster, TimeProvider time)
{
    private const int UsualBins = 120;
    private const int MostBins = 1000;
    private static readonly TimeSpan _liveWindow = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _livePace = TimeSpan.FromSeconds(2);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Get(routes, "/ui/api/map", PastAsync);
        gate.Get(routes, "/ui/api/map/live", LiveAsync);
        gate.Get(routes, "/ui/api/timeline", TimelineAsync);
    }

    private async Task PastAsync(HttpContext context)
    {
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var from = FlowTime.Nanoseconds(scope.From);
        var graph = new MapGraph(MapOptions.Read(context.Request.Query, scope), from, FlowTime.Nanoseconds(scope.Until) - from, cluster.ServiceAt);
        var isPartial = await search.EveryAsync(
            scope,
            (in FlowView flow, ReadOnlySpan<byte> _) =>
            {
                graph.Add(flow);
                return true;
            },
            context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => MapWriter.Write(json, graph, pulse.Coverage, isPartial));
    }

    private async Task LiveAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        var scope = UiScope.Read(context.Request.Query, now);
        var graph = new MapGraph(MapOptions.Read(context.Request.Query, scope), FlowTime.Nanoseconds(now - _liveWindow), (long)_liveWindow.TotalNanoseconds, cluster.ServiceAt);
        var guard = new Lock();
        var request = new GetFlowsRequest { Follow = true, Since = Timestamp.FromDateTimeOffset(now - _liveWindow) };
        scope.Filters.Narrow(request);
        using var line = new RowBuffer();
        await LineStream.SendAsync(
            context, gate, time, _livePace, _livePace,
            cancellation => flows.SendAsync(
                request,
                new FrameHandler(frame =>
                {
                    if (!frame.IsFlow) return;
                    var flow = FlowView.Of(frame.Bytes.Span);
                    if (!scope.Filters.Matches(flow)) return;
                    lock (guard) graph.Add(flow);
                }),
                _ => Task.CompletedTask,
                cancellation),
            () => true,
            () =>
            {
                line.Clear();
                lock (guard)
                {
                    // So far ahead that what comes until the next line has its place.
                    graph.Advance(FlowTime.Nanoseconds(time.GetUtcNow() + _livePace));
                    MapWriter.Write(line.Json, graph, pulse.Coverage, isPartial: false);
                }

                return line.Line();
            });
    }

    private async Task TimelineAsync(HttpContext context)
    {
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var bins = FlowEndpoints.Whole(context.Request.Query, "bins", UsualBins, MostBins);
        var from = FlowTime.Nanoseconds(scope.From);
        var step = Math.Max(1, (FlowTime.Nanoseconds(scope.Until) - from) / bins);
        var counts = new (long Forwarded, long Dropped, long Errors)[bins];
        var isPartial = await search.EveryAsync(
            scope,
            (in FlowView flow, ReadOnlySpan<byte> _) =>
            {
                ref var bin = ref counts[Math.Clamp((flow.TimeNanoseconds - from) / step, 0, bins - 1)];
                switch (FlowCounts.Of(flow))
                {
                    case FlowCount.Passed: bin.Forwarded += flow.Count; break;
                    case FlowCount.Dropped: bin.Dropped += flow.Count; break;
                    case FlowCount.Error: bin.Errors += flow.Count; break;
                }

                return true;
            },
            context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("from", scope.From.UtcDateTime);
            json.WriteString("to", scope.Until.UtcDateTime);
            json.WriteNumber("stepSeconds", step / 1e9);
            if (isPartial) json.WriteBoolean("partial", true);
            json.WriteStartArray("points");
            for (var i = 0; i < bins; i++)
            {
                json.WriteStartArray();
                json.WriteNumberValue(Math.Round((from + (i * step)) / 1e9, 3));
                json.WriteNumberValue(counts[i].Forwarded);
                json.WriteNumberValue(counts[i].Dropped);
                json.WriteNumberValue(counts[i].Errors);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
