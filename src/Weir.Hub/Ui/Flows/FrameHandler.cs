using Grpc.Core;
using Weir.Observe.Wire;

namespace Weir.Hub.Ui.Flows;

/// <summary>Takes frames in the hub's own process where a client of the relay would; the bytes are the handler's only during the call.</summary>
/// <param name="handle">Told of each.</param>
internal sealed class FrameHandler(Action<FlowFrame> handle) : IServerStreamWriter<FlowFrame>
{
    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(FlowFrame message)
    {
        handle(message);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WriteAsync(FlowFrame message, CancellationToken cancellationToken) => WriteAsync(message);
}
