using Grpc.Core;
using Weir.Observe.Ring;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Hubble;

/// <summary>The node's observer: answers Hubble's clients out of the ring.</summary>
public sealed class ObserverService(FlowRing ring, AgentEventLog events, ObserverOptions options, TimeProvider time) : ObserverWire.Base
{
    private readonly long _started = time.GetTimestamp();

    /// <inheritdoc/>
    public override async Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        var query = FlowQuery.Compile(request, options.Facts);
        var body = context.GetHttpContext().Response.BodyWriter;
        var stream = new FlowStream(ring, query, options, time, new FrameWriter(responseStream, async stop => await body.FlushAsync(stop)));

        // Before the first flow, which may be long in coming: the client learns that it was understood.
        await context.WriteResponseHeadersAsync([]);
        await stream.SendAsync(context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task GetAgentEvents(
        GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        await context.WriteResponseHeadersAsync([]);
        await AgentEventStream.SendAsync(events, request, responseStream, context.CancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Weir's programs have no debug events; who follows them waits in vain, as with a Cilium agent that has them off.</remarks>
    public override async Task GetDebugEvents(
        GetDebugEventsRequest request, IServerStreamWriter<GetDebugEventsResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        await context.WriteResponseHeadersAsync([]);
        if (request.Follow) await Task.Delay(Timeout.InfiniteTimeSpan, time, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context)
    {
        var status = Status();
        return Task.FromResult(new GetNodesResponse
        {
            Nodes =
            {
                new Node
                {
                    Name = options.NodeName,
                    Version = options.Version,
                    Address = options.Address,
                    State = NodeState.NodeConnected,
                    Tls = new TLS { Enabled = options.TlsServerName is not null, ServerName = options.TlsServerName ?? "" },
                    UptimeNs = status.UptimeNs,
                    NumFlows = status.NumFlows,
                    MaxFlows = status.MaxFlows,
                    SeenFlows = status.SeenFlows,
                },
            },
        });
    }

    /// <inheritdoc/>
    public override Task<GetNamespacesResponse> GetNamespaces(GetNamespacesRequest request, ServerCallContext context)
    {
        var seen = new SortedSet<(string Cluster, string Namespace)>();
        for (var number = ring.Oldest; number < ring.Next; number++)
        {
            if (!ring.TryRead(number, out var flow)) continue;
            if (flow.Source is { Namespace.Length: > 0 } from) seen.Add((from.ClusterName, from.Namespace));
            if (flow.Destination is { Namespace.Length: > 0 } to) seen.Add((to.ClusterName, to.Namespace));
        }

        var response = new GetNamespacesResponse();
        response.Namespaces.AddRange(seen.Select(s => new Namespace { Cluster = s.Cluster, Namespace_ = s.Namespace }));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context) => Task.FromResult(Status());

    private ServerStatusResponse Status()
    {
        var seen = ring.Next;
        var uptime = time.GetElapsedTime(_started);
        return new ServerStatusResponse
        {
            NumFlows = (ulong)Math.Min(seen, ring.Capacity),
            MaxFlows = (ulong)ring.Capacity,
            SeenFlows = (ulong)seen,
            UptimeNs = (ulong)uptime.Ticks * 100,
            Version = options.Version,
            FlowsRate = uptime > TimeSpan.Zero ? seen / uptime.TotalSeconds : 0,
        };
    }
}
