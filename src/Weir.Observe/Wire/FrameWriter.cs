using Grpc.Core;

namespace Weir.Observe.Wire;

/// <summary>Sends frames to one reader, many in one go where many are there.</summary>
/// <param name="to">The reader.</param>
/// <param name="flush">Sends what was gathered.</param>
public sealed class FrameWriter(IServerStreamWriter<FlowFrame> to, Func<CancellationToken, Task> flush)
{
    private const int FlushBytes = 32 * 1024;
    private static readonly WriteOptions _gather = new(WriteFlags.BufferHint), _send = new();
    private int _gathered;

    /// <summary>Sends a frame, now or with those that follow. Whoever waits for the next frame flushes before it does.</summary>
    public Task WriteAsync(FlowFrame frame, CancellationToken cancellation)
    {
        _gathered += frame.Bytes.Length;
        to.WriteOptions = _gathered < FlushBytes ? _gather : _send;
        if (_gathered >= FlushBytes) _gathered = 0;
        return to.WriteAsync(frame, cancellation);
    }

    /// <summary>Sends what was gathered.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (_gathered == 0) return;
        _gathered = 0;
        await flush(cancellation);
    }
}
