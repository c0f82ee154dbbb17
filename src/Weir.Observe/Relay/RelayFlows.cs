using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>Answers one reader with the flows of all nodes.</summary>
internal sealed class RelayFlows(PeerPool pool, RelayOptions options, string relayName, TimeProvider time, GetFlowsRequest request, FrameWriter to) : IAsyncDisposable
{
    private readonly FlowMerge _merge = new(options.Patience, time);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GetFlowsRequest> _later = new(StringComparer.Ordinal);
    private readonly List<NodeStream> _ended = [];
    private ulong _left = ulong.MaxValue;

    /// <summary>Whether as many flows were sent as are wanted of all sources together.</summary>
    public bool IsFull => _left == 0;

    /// <summary>Ends the answer after so many flows, whoever they are of; without this each node gives as many as are asked for.</summary>
    public void EndAfter(ulong flows) => _left = flows;

    /// <summary>Sends until every node has answered, or the reader goes.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var change = WatchNodes();
        await AskNewNodesAsync(cancellation);
        await TellUnavailableAsync(cancellation);
        while (!IsFull && (request.Follow || _merge.Count > 0))
        {
            if (_merge.TryNext(_ended) is { } frame)
            {
                await WriteAsync(frame, cancellation);
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
            await _merge.WaitAsync(isOthersTurn: false, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }

        await TellEndedAsync(cancellation);
        await to.FlushAsync(cancellation);
    }

    /// <summary>Sends what the nodes asked so far have before a time (nanoseconds since 1970).</summary>
    public async Task SendBeforeAsync(long before, CancellationToken cancellation)
    {
        while (!IsFull)
        {
            if (_merge.TryNext(_ended, before) is { } frame)
            {
                await WriteAsync(frame, cancellation);
                continue;
            }

            await TellEndedAsync(cancellation);
            if (_merge.HasNothingBefore(before)) return;
            await to.FlushAsync(cancellation);
            await _merge.WaitAsync(isOthersTurn: true, cancellation);
        }
    }

    /// <summary>Sends a frame that is no node's answer to this, and gives its bytes back.</summary>
    public async Task WriteAsync(FlowFrame frame, CancellationToken cancellation)
    {
        await to.WriteAsync(frame, cancellation);
        if (frame.IsFlow && _left != ulong.MaxValue) _left--;
        frame.Release();
    }

    /// <summary>Asks a node now, for flows from a time on.</summary>
    public async Task AskAsync(PeerNode node, CallInvoker calls, long since, CancellationToken cancellation)
    {
        AskLater(node.Name, since);
        _ = Ask(node, calls, cancellation); // whoever sends waits for what it says, not for that it began
        await TellAsync(NodeState.NodeConnected, [node.Name], "", cancellation);
    }

    /// <summary>When a node is asked, it is for flows from a time on: what was before is told.</summary>
    public void AskLater(string node, long since)
    {
        if (request.Since is { } asked && TimeWindow.Nanoseconds(asked) >= since) return;
        var later = request.Clone();
        later.Since = FlowMessage.TimeOf(since);
        _later[node] = later;
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
            if (_asked.Contains(node.Name)) continue;
            answers.Add(Ask(node, calls, cancellation));
            names.Add(node.Name);
        }

        if (names.Count == 0) return;

        // Who is told of a node may count on its flows from then on, unless the node is slow to answer.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.WhenAll(answers), Task.Delay(options.Patience, time, enough.Token));
        await enough.CancelAsync();
        await TellAsync(NodeState.NodeConnected, names, "", cancellation);
    }

    private Task Ask(PeerNode node, CallInvoker calls, CancellationToken cancellation)
    {
        _asked.Add(node.Name);
        var stream = NodeStream.Start(node, calls, _later.GetValueOrDefault(node.Name, request), _merge.Signal, cancellation);
        _merge.Add(stream);
        return stream.Answered;
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
            // A node that comes back is asked again, for what came behind the last that it told.
            if (stream.Fault is not null || request.Follow) _asked.Remove(stream.Node.Name);
            if (stream.Last is { } last) Resume(stream.Node.Name, last + 1);
            if (stream.Fault is { } fault)
            {
                pool.Broke(stream.Node.Name);
                await TellAsync(NodeState.NodeError, [stream.Node.Name], fault.Status.Detail, cancellation);
            }

            await stream.DisposeAsync();
        }

        _ended.Clear();
    }

    private void Resume(string node, long since)
    {
        AskLater(node, since);
        if (_later.TryGetValue(node, out var later) && !later.First) later.Number = 0;
    }

    /// <summary>Tells the reader about nodes, or about a history.</summary>
    public Task TellAsync(NodeState state, IEnumerable<string> names, string message, CancellationToken cancellation) => to.WriteAsync(
        FlowFrame.Of(new GetFlowsResponse
        {
            NodeStatus = new NodeStatusEvent { StateChange = state, NodeNames = { names }, Message = message },
            NodeName = relayName,
            Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        }),
        cancellation);
}
