using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Lab.Guide;

/// <summary>Looks for a flow at the observers of all nodes.</summary>
internal static class FlowQuestion
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The first flow since a time that matches; null when none is seen within 10 seconds.</summary>
    public static async Task<Flow?> FindAsync(
        IReadOnlyList<string> sockets, FlowFilter filter, Func<Flow, bool> holds, DateTimeOffset since, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        while (!patience.IsCancellationRequested)
        {
            foreach (var socket in sockets)
            {
                if (await AskAsync(socket, filter, holds, since, cancellation) is { } flow) return flow;
            }

            await Task.Delay(_pause, cancellation);
        }

        return null;
    }

    private static async Task<Flow?> AskAsync(
        string socket, FlowFilter filter, Func<Flow, bool> holds, DateTimeOffset since, CancellationToken cancellation)
    {
        try
        {
            using var channel = ObserverChannel.OverUnixSocket(socket);
            var request = new GetFlowsRequest { Since = Timestamp.FromDateTimeOffset(since) };
            request.Whitelist.Add(filter);
            using var call = new Observer.ObserverClient(channel).GetFlows(request, cancellationToken: cancellation);
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
            {
                if (response.Flow is { } flow && holds(flow)) return flow;
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            // The agent is being restarted; the next round asks again.
        }

        return null;
    }
}
