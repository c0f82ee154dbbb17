namespace Weir.Proxy.Wires;

/// <summary>One side of a connection: a socket of the node, or a stream of a simulated network. One reader and one writer at a time.</summary>
/// <remarks>Reads and writes fail with what <see cref="IsFault"/> knows; nothing else is thrown.</remarks>
internal abstract class Wire : IDisposable
{
    /// <summary>Whether bytes, or the end, are waiting to be read.</summary>
    public abstract bool HasInput { get; }

    /// <summary>Whether an exception means that the connection is gone.</summary>
    public static bool IsFault(Exception e) => e is System.Net.Sockets.SocketException or IOException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Reads what is there, at least one byte; 0 where the other side sends no more.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> destination);

    /// <summary>Writes all of it.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the other side that no more is coming; what it sends can still be read.</summary>
    public abstract void EndWrites();

    /// <summary>Ends the connection at once, so that the other side does not take it for an orderly end. Any thread; pending reads and writes fail.</summary>
    public abstract void Abort();

    /// <summary>Closes in an orderly way.</summary>
    public abstract void Dispose();
}
