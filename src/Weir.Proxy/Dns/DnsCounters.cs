namespace Weir.Proxy.Dns;

/// <summary>What the DNS proxy has done since it started. Any thread may add and read.</summary>
public sealed class DnsCounters
{
    private long _forwarded, _refused, _answered, _malformed, _unasked, _overflow, _unknown;

    /// <summary>Queries passed on.</summary>
    public long Forwarded => Volatile.Read(ref _forwarded);

    /// <summary>Queries that policy does not allow.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Answers released.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Queries and answers that are no DNS, or hostile: they go nowhere.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Answers that nobody waits for: late, doubled or forged.</summary>
    public long Unasked => Volatile.Read(ref _unasked);

    /// <summary>Queries that were dropped because too many are open.</summary>
    public long Overflow => Volatile.Read(ref _overflow);

    /// <summary>Queries that no rule is known for; they are dropped.</summary>
    public long Unknown => Volatile.Read(ref _unknown);

    internal void CountForwarded() => Interlocked.Increment(ref _forwarded);

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountAnswered() => Interlocked.Increment(ref _answered);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountUnasked() => Interlocked.Increment(ref _unasked);

    internal void CountUnknown() => Interlocked.Increment(ref _unknown);

    internal void CountOverflow() => Interlocked.Increment(ref _overflow);
}
