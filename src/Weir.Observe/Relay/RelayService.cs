using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>The cluster's observer: answers with what all nodes say.</summary>
/// <param name="pool">The nodes.</param>
/// <param name="options">How it works.</param>
/// <param name="relayName">What it calls itself in the news of nodes.</param>
/// <param name="history">What answers for times before the nodes' rings; null where nothing does.</param>
/// <param name="time">The clock.</param>
public sealed class RelayService(PeerPool pool, RelayOptions options, string relayName, IFlowHistory? history, TimeProvider time) : ObserverWire.Base
{
    private readonly long _started = time.GetTimestamp();
    private readonly ClusterFlows _flows = new(pool, options, relayName, history, time);

    /// <inheritdoc/>
    public override async Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        FlowQuery.Compile(request, NodeFacts.Unknown); // refused before the headers, in words
        var body = context.GetHttpContext().Response.BodyWriter;
        await context.WriteResponseHeadersAsync([]);
        await _flows.SendAsync(request, responseStream, async stop => await body.FlushAsync(stop), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task GetAgentEvents(
        GetAgentEventsRequest request, IServerStreamWriter<GetAgentEventsResponse> responseStream, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, "A relay has no agent events; ask a node's own observer."));

    /// <inheritdoc/>
    public override Task GetDebugEvents(
        GetDebugEventsRequest request, IServerStreamWriter<GetDebugEventsResponse> responseStream, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, "A relay has no debug events; ask a node's own observer."));

    /// <inheritdoc/>
    public override async Task<GetNodesResponse> GetNodes(GetNodesRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var answers = (await _flows.AskAllAsync((client, call) => client.ServerStatusAsync(new ServerStatusRequest(), call), context.CancellationToken))
            .ToDictionary(a => a.Node, a => a.Answer, StringComparer.Ordinal);
        var response = new GetNodesResponse();
        foreach (var state in pool.States)
        {
            var status = answers.GetValueOrDefault(state.Node.Name);
            response.Nodes.Add(new Node
            {
                Name = state.Node.Name,
                Address = state.Node.Address,
                State = state.State == NodeState.NodeConnected && status is null ? NodeState.NodeError : state.State,
                Tls = new TLS { Enabled = state.Node.TlsServerName is not null && options.Tls is not null, ServerName = state.Node.TlsServerName ?? "" },
                Version = status?.Version ?? "",
                UptimeNs = status?.UptimeNs ?? 0,
                NumFlows = status?.NumFlows ?? 0,
                MaxFlows = status?.MaxFlows ?? 0,
                SeenFlows = status?.SeenFlows ?? 0,
            });
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<GetNamespacesResponse> GetNamespaces(GetNamespacesRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var seen = new SortedSet<(string Cluster, string Namespace)>();
        foreach (var (_, answer) in await _flows.AskAllAsync((client, call) => client.GetNamespacesAsync(new GetNamespacesRequest(), call), context.CancellationToken))
            foreach (var ns in answer.Namespaces) seen.Add((ns.Cluster, ns.Namespace_));
        var response = new GetNamespacesResponse();
        response.Namespaces.AddRange(seen.Select(s => new Namespace { Cluster = s.Cluster, Namespace_ = s.Namespace }));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var answers = await _flows.AskAllAsync((client, call) => client.ServerStatusAsync(new ServerStatusRequest(), call), context.CancellationToken);
        var silent = pool.States.Select(s => s.Node.Name).Except(answers.Select(a => a.Node), StringComparer.Ordinal).ToList();
        var response = new ServerStatusResponse
        {
            Version = options.Version,
            NumConnectedNodes = (uint)answers.Count,
            NumUnavailableNodes = (uint)silent.Count,
            UptimeNs = (ulong)time.GetElapsedTime(_started).Ticks * 100,
        };
        response.UnavailableNodes.AddRange(silent);
        foreach (var (_, answer) in answers)
        {
            response.NumFlows += answer.NumFlows;
            response.MaxFlows += answer.MaxFlows;
            response.SeenFlows += answer.SeenFlows;
            response.FlowsRate += answer.FlowsRate;
        }

        return response;
    }
}
