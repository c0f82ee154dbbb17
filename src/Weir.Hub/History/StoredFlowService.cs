using Grpc.Core;
using Weir.FlowLog.Store;
using Weir.Observe.Relay;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.History;

/// <summary>The store as an observer of older flows: what a relay asks, and any client of Hubble may.</summary>
/// <param name="history">What answers about flows.</param>
/// <param name="store">What is counted.</param>
/// <param name="version">The version that it reports.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredFlowService(IFlowHistory history, FlowStore store, string version, TimeProvider time) : ObserverWire.Base
{
    private const string NotHere = "A hub has stored flows alone; ask the relay.";
    private readonly long _started = time.GetTimestamp();

    /// <inheritdoc/>
    public override async Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        if (request.Follow) throw new RpcException(new Status(StatusCode.InvalidArgument, "A hub has stored flows, and none to follow; ask the relay."));
        var body = context.GetHttpContext().Response.BodyWriter;
        var writer = new FrameWriter(responseStream, async stop => await body.FlushAsync(stop));
        await foreach (var frame in history.ReadAsync(request, context.CancellationToken)) await writer.WriteAsync(frame, context.CancellationToken);
        await writer.FlushAsync(context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context)
    {
        using var snapshot = store.Hold();
        var rows = (ulong)snapshot.Manifest.Segments.Sum(s => s.Rows);
        return Task.FromResult(new ServerStatusResponse { Version = version, NumFlows = rows, SeenFlows = rows, UptimeNs = (ulong)time.GetElapsedTime(_started).Ticks * 100 });
    }

    /// <inheritdoc/>
    public override Task GetAgentEvents(
        GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> responseStream, ServerCallContext context) => throw Missing();

    /// <inheritdoc/>
    public override Task GetDebugEvents(
        GetDebugEventsRequest request, IServerStreamWriter<GetDebugEventsResponse> responseStream, ServerCallContext context) => throw Missing();

    /// <inheritdoc/>
    public override Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context) => throw Missing();

    /// <inheritdoc/>
    public override Task<GetNamespacesResponse> GetNamespaces(GetNamespacesRequest request, ServerCallContext context) => throw Missing();

    private static RpcException Missing() => new(new Status(StatusCode.Unimplemented, NotHere));
}
