namespace Weir.Proxy.Relay;

/// <summary>What the relay has done since it started. Any thread may add and read.</summary>
public sealed class RelayCounters
{
    private long _connections, _exchanges, _refused, _failed, _datagramsDropped, _bytes;

    /// <summary>TCP connections accepted and connected onwards.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>UDP exchanges opened.</summary>
    public long Exchanges => Volatile.Read(ref _exchanges);

    /// <summary>Connections reset and datagrams dropped because of a limit, or because they were not redirected but sent to the proxy itself.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Connections and exchanges whose original destination could not be reached.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Datagrams dropped because a socket had no room.</summary>
    public long DatagramsDropped => Volatile.Read(ref _datagramsDropped);

    /// <summary>Payload bytes passed on, both ways, both protocols.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    internal void CountConnection() => Interlocked.Increment(ref _connections);

    internal void CountExchange() => Interlocked.Increment(ref _exchanges);

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountFailed() => Interlocked.Increment(ref _failed);

    internal void CountDatagramDropped() => Interlocked.Increment(ref _datagramsDropped);

    internal void CountBytes(int count) => Interlocked.Add(ref _bytes, count);
}
