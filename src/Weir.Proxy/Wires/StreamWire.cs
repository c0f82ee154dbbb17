namespace Weir.Proxy.Wires;

/// <summary>A duplex stream, which this owns.</summary>
/// <param name="stream">The stream.</param>
/// <param name="endWrites">Tells the other side that no more is coming; null where the stream cannot say so, and closing must do.</param>
/// <param name="abort">Ends the connection at once; null where disposing the stream does.</param>
internal sealed class StreamWire(Stream stream, Action? endWrites = null, Action? abort = null) : Wire
{
    // A stream cannot be asked, and reading would take the bytes: a pooled connection that is gone shows by its first use.
    public override bool HasInput => false;

    public override ValueTask<int> ReadAsync(Memory<byte> destination) => stream.ReadAsync(destination);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public override void EndWrites() => endWrites?.Invoke();

    public override void Abort()
    {
        if (abort is not null) abort();
        else stream.Dispose();
    }

    public override void Dispose() => stream.Dispose();
}
