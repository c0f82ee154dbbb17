namespace Weir.Proxy.Relay;

/// <summary>What the relay has done since it started. Any thread may add and read.</summary>
public sealed class RelayCounters
{
    private long _connections, _refused, _failed, _bytes;

    /// <summary>TCP connections accepted and connected onwards.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Connections reset because of a limit, or because they were not redirected but sent to the proxy itself.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Connections whose original destination could not be reached.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Payload bytes passed on, both ways.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    internal void CountConnection() => Interlocked.Increment(ref _connections);

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountFailed() => Interlocked.Increment(ref _failed);

    internal void CountBytes(int count) => Interlocked.Add(ref _bytes, count);
}
