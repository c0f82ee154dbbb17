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

    /// <inheritdoc/>
    public override async Task GetFlows(GetFlowsRequest request, IServerStreamWriter<FlowFrame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        var query = FlowQuery.Compile(request, NodeFacts.Unknown); // refused here, in words, and not by every node
        var cancellation = context.CancellationToken;
        var body = context.GetHttpContext().Response.BodyWriter;
        var to = new FrameWriter(responseStream, async stop => await body.FlushAsync(stop));
        await context.WriteResponseHeadersAsync([]);

        if (history is not null && await OlderFlows.TryReadAsync(history, pool, request, query, options.LongestAnswer, time, cancellation) is { } older)
        {
            ulong sent = 0;
            await foreach (var frame in older.Flows.WithCancellation(cancellation))
            {
                await to.WriteAsync(frame, cancellation);
                frame.Release();
                if (request.First && ++sent == request.Number) break;
            }

            if (older.Rest(request, sent) is not { } rest) return;
            request = rest;
        }

        await using var flows = new RelayFlows(pool, options, relayName, time, request, to);
        await flows.SendAsync(cancellation);
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
        var answers = (await AskAllAsync((client, call) => client.ServerStatusAsync(new ServerStatusRequest(), call), context.CancellationToken))
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
        foreach (var (_, answer) in await AskAllAsync((client, call) => client.GetNamespacesAsync(new GetNamespacesRequest(), call), context.CancellationToken))
            foreach (var ns in answer.Namespaces) seen.Add((ns.Cluster, ns.Namespace_));
        var response = new GetNamespacesResponse();
        response.Namespaces.AddRange(seen.Select(s => new Namespace { Cluster = s.Cluster, Namespace_ = s.Namespace }));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<ServerStatusResponse> ServerStatus(ServerStatusRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var answers = await AskAllAsync((client, call) => client.ServerStatusAsync(new ServerStatusRequest(), call), context.CancellationToken);
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

    // All at once, each for as long as an answer may take: who does not answer is left out.
    private async Task<List<(string Node, T Answer)>> AskAllAsync<T>(
        Func<Observer.ObserverClient, CallOptions, AsyncUnaryCall<T>> ask, CancellationToken cancellation) where T : class
    {
        var asked = pool.Connected().Select(async peer =>
        {
            try
            {
                var call = new CallOptions(deadline: time.GetUtcNow().UtcDateTime + options.LongestAnswer, cancellationToken: cancellation);
                return (peer.Node.Name, Answer: (T?)await ask(new Observer.ObserverClient(peer.Calls), call));
            }
            catch (RpcException)
            {
                pool.Broke(peer.Node.Name);
                return (peer.Node.Name, Answer: (T?)null);
            }
        });
        return [.. (await Task.WhenAll(asked)).Where(a => a.Answer is not null).Select(a => (a.Name, a.Answer!))];
    }
}
