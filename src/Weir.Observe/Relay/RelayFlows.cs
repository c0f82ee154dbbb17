using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>Answers one reader with the flows of all nodes.</summary>
internal sealed class RelayFlows(PeerPool pool, RelayOptions options, string relayName, TimeProvider time, GetFlowsRequest request, FrameWriter to) : IAsyncDisposable
{
    private readonly FlowMerge _merge = new(options.Patience, time);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<NodeStream> _ended = [];

    /// <summary>Sends until every node has answered, or the reader goes.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var change = WatchNodes();
        await AskNewNodesAsync(cancellation);
        await TellUnavailableAsync(cancellation);
        while (request.Follow || _merge.Count > 0)
        {
            if (_merge.TryNext(_ended) is { } frame)
            {
                await to.WriteAsync(frame, cancellation);
                frame.Release();
                continue;
            }

            await TellEndedAsync(cancellation);
            if (request.Follow && change.IsCompleted)
            {
                change = WatchNodes();
                await AskNewNodesAsync(cancellation);
                continue;
            }

            if (!request.Follow && _merge.Count == 0) break;
            await to.FlushAsync(cancellation);
            await _merge.WaitAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
        }

        await TellEndedAsync(cancellation);
        await to.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _merge.DisposeAsync();

    // A change of the nodes wakes whoever waits for a flow.
    private Task WatchNodes()
    {
        var change = pool.Change;
        _ = change.ContinueWith(_ => _merge.Signal(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return change;
    }

    private async Task AskNewNodesAsync(CancellationToken cancellation)
    {
        List<string> names = [];
        List<Task> answers = [];
        foreach (var (node, calls) in pool.Connected())
        {
            if (!_asked.Add(node.Name)) continue;
            var stream = NodeStream.Start(node, calls, request, _merge.Signal, cancellation);
            _merge.Add(stream);
            answers.Add(stream.Answered);
            names.Add(node.Name);
        }

        if (names.Count == 0) return;

        // Who is told of a node may count on its flows from then on, unless the node is slow to answer.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.WhenAll(answers), Task.Delay(options.Patience, time, enough.Token));
        await enough.CancelAsync();
        await TellAsync(NodeState.NodeConnected, names, "", cancellation);
    }

    private async Task TellUnavailableAsync(CancellationToken cancellation)
    {
        var names = pool.States.Where(s => s.State != NodeState.NodeConnected).Select(s => s.Node.Name).ToList();
        if (names.Count > 0) await TellAsync(NodeState.NodeUnavailable, names, "", cancellation);
    }

    private async Task TellEndedAsync(CancellationToken cancellation)
    {
        foreach (var stream in _ended)
        {
            // A node that comes back is asked again, from then on.
            if (stream.Fault is not null || request.Follow) _asked.Remove(stream.Node.Name);
            if (stream.Fault is { } fault)
            {
                pool.Broke(stream.Node.Name);
                await TellAsync(NodeState.NodeError, [stream.Node.Name], fault.Status.Detail, cancellation);
            }

            await stream.DisposeAsync();
        }

        _ended.Clear();
    }

    private Task TellAsync(NodeState state, IEnumerable<string> names, string message, CancellationToken cancellation) => to.WriteAsync(
        FlowFrame.Of(new GetFlowsResponse
        {
            NodeStatus = new NodeStatusEvent { StateChange = state, NodeNames = { names }, Message = message },
            NodeName = relayName,
            Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        }),
        cancellation);
}
