namespace Weir.Proxy.Http;

/// <summary>A moment that one thread moves and another one looks at: cheaper than a timer for each request.</summary>
internal sealed class Deadline
{
    private long _timestamp = long.MaxValue;

    /// <param name="timestamp">Of the connection's clock.</param>
    public void Set(long timestamp) => Volatile.Write(ref _timestamp, timestamp);

    public bool IsOver(long now) => now > Volatile.Read(ref _timestamp);
}
