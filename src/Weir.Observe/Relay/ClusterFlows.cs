using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>What a whole cluster answers to one question: what a history holds, then what the nodes' rings hold, then what comes.</summary>
/// <param name="pool">The nodes.</param>
/// <param name="options">How it works.</param>
/// <param name="name">What the reader is told by: a relay's or a hub's name.</param>
/// <param name="history">What answers for times before the nodes' rings; null where nothing does.</param>
/// <param name="time">The clock.</param>
public sealed class ClusterFlows(PeerPool pool, RelayOptions options, string name, IFlowHistory? history, TimeProvider time)
{
    /// <summary>Sends until everybody has answered, or the reader goes. Each frame is the reader's only until its write completes.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="to">The reader. As long as it is slow, nothing is read for it, and the nodes' rings count what it misses.</param>
    /// <param name="flush">Called before a wait for more.</param>
    /// <param name="cancellation">The reader goes.</param>
    /// <exception cref="RpcException">InvalidArgument: the request makes no sense; the message says what and where.</exception>
    public async Task SendAsync(GetFlowsRequest request, IServerStreamWriter<FlowFrame> to, Func<CancellationToken, Task> flush, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = FlowQuery.Compile(request, NodeFacts.Unknown); // refused here, in words, and not by every node
        await using var flows = new RelayFlows(pool, options, name, time, request, new FrameWriter(to, flush));
        if (history is not null) await new OlderFlows(history, flows, pool, options, time).SendAsync(request, query, cancellation);
        await flows.SendAsync(cancellation);
    }

    /// <summary>What each node that answers says of itself, all asked at once.</summary>
    public Task<IReadOnlyList<(string Node, ServerStatusResponse Answer)>> StatusAsync(CancellationToken cancellation) =>
        AskAllAsync((client, call) => client.ServerStatusAsync(new ServerStatusRequest(), call), cancellation);

    /// <summary>From when on (nanoseconds since 1970) every node's ring has everything: what is older is a history's.</summary>
    public Task<long> CutAsync(CancellationToken cancellation) => RingStarts.LatestAsync(pool, options.LongestAnswer, time, cancellation);

    /// <summary>Asks every node, each for as long as an answer may take: who does not answer is left out.</summary>
    internal async Task<IReadOnlyList<(string Node, T Answer)>> AskAllAsync<T>(
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
