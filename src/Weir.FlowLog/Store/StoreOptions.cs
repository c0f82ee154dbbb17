namespace Weir.FlowLog.Store;

/// <summary>Where the store lies, how much it keeps and how much it may use.</summary>
public sealed record StoreOptions
{
    /// <summary>Its folder; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>How long single flows are kept before they become aggregates. Default: 24 hours; from 1 hour on.</summary>
    public TimeSpan RawAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long anything is kept. Default: 30 days; not below <see cref="RawAge"/>.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How large all segments may be together; the oldest hours go first. Default: 50 GB; from 1 MB on.</summary>
    public long MaxBytes { get; init; } = 50_000_000_000;

    /// <summary>How soon rows can be asked for. Default: 1 s; from 10 ms to 1 minute.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Rows that wait for a segment at most; more make the nodes wait. Default: 1 million.</summary>
    public int MaxWaitingRows { get; init; } = 1_000_000;

    /// <summary>The size at which a file of the write-ahead log is followed by the next. Default: 64 MiB.</summary>
    public long WalFileBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Different rows that one window of 30 s of aggregates may hold; beyond, pods are folded into their workload. Default: 100,000.</summary>
    public int MaxWindowRows { get; init; } = 100_000;

    /// <summary>Memory for flushing and compacting, each. Default: 488 MiB; from 64 MB on.</summary>
    public long MemoryBytes { get; init; } = 488L * 1024 * 1024;

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        if (Folder.Length == 0) yield return "The store's folder is empty; give one.";
        if (RawAge < TimeSpan.FromHours(1)) yield return $"Single flows are kept for {RawAge}; give at least 1 hour.";
        if (MaxAge < RawAge) yield return $"The store keeps {MaxAge}, less than single flows ({RawAge}); give at least as much.";
        if (MaxBytes < 1_000_000) yield return $"The store may have {MaxBytes} bytes; give at least 1000000.";
        if (FlushInterval < TimeSpan.FromMilliseconds(10) || FlushInterval > TimeSpan.FromMinutes(1)) yield return $"The flush interval is {FlushInterval}; give 10 ms to 1 minute.";
        if (MaxWaitingRows < 1) yield return $"{MaxWaitingRows} rows may wait; give at least 1.";
        if (WalFileBytes < 4096) yield return $"A file of the write-ahead log has {WalFileBytes} bytes; give at least 4096.";
        if (MaxWindowRows < 1) yield return $"A window may hold {MaxWindowRows} rows; give at least 1.";
        if (MemoryBytes < 64_000_000) yield return $"The store may use {MemoryBytes} bytes of memory; give at least 64000000.";
    }
}
