using System.Threading.Channels;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>What one node answers to one reader: a few frames ahead, and no more.</summary>
/// <remarks>When the reader is slow nothing is read from the node either, and the node tells the reader what its ring lost.</remarks>
internal sealed class NodeStream : IAsyncDisposable
{
    private const int Ahead = 256;
    private readonly Channel<FlowFrame> _frames = Channel.CreateBounded<FlowFrame>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private volatile bool _isRead;

    private NodeStream(PeerNode node, CallInvoker calls, GetFlowsRequest request, Action signal, CancellationToken cancellation)
    {
        Node = node;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _reading = Task.Run(() => ReadAsync(calls, request, signal), CancellationToken.None);
    }

    /// <summary>The node.</summary>
    public PeerNode Node { get; }

    /// <summary>The frame that is next, once it was taken.</summary>
    public FlowFrame? Head { get; private set; }

    /// <summary>Whether others no longer wait for it: it was silent for too long.</summary>
    public bool IsLate { get; set; }

    /// <summary>Whether nothing comes any more.</summary>
    public bool IsDone => _isRead && _frames.Reader.Count == 0;

    /// <summary>Completes when the node has begun to answer, or will not.</summary>
    public Task Answered => _answered.Task;

    /// <summary>The time of the last flow that was taken, in nanoseconds since 1970; null before the first.</summary>
    public long? Last { get; private set; }

    /// <summary>Why the node broke off; null where it did not.</summary>
    public RpcException? Fault { get; private set; }

    /// <summary>Asks a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="calls">The way to it.</param>
    /// <param name="request">What to ask.</param>
    /// <param name="signal">Called when a frame came, or the end.</param>
    /// <param name="cancellation">Ends it.</param>
    public static NodeStream Start(PeerNode node, CallInvoker calls, GetFlowsRequest request, Action signal, CancellationToken cancellation) =>
        new(node, calls, request, signal, cancellation);

    /// <summary>Takes the next frame to be <see cref="Head"/>; false when none is there yet.</summary>
    public bool TryTake()
    {
        if (!_frames.Reader.TryRead(out var frame)) return false;
        Head = frame;
        if (frame.IsFlow) Last = frame.TimeNanoseconds;
        IsLate = false;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(CallInvoker calls, GetFlowsRequest request, Action signal)
    {
        try
        {
            using var call = calls.AsyncServerStreamingCall(ObserverWire.GetFlows, null, new CallOptions(cancellationToken: _stop.Token), request);
            await call.ResponseHeadersAsync;
            _answered.TrySetResult();
            while (await call.ResponseStream.MoveNext(_stop.Token))
            {
                await _frames.Writer.WriteAsync(call.ResponseStream.Current, _stop.Token);
                signal();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went.
        }
        catch (RpcException e)
        {
            if (!_stop.IsCancellationRequested) Fault = e;
        }
        finally
        {
            _isRead = true;
            _answered.TrySetResult();
            signal();
        }
    }
}
