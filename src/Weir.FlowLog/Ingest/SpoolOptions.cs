namespace Weir.FlowLog.Ingest;

/// <summary>Where a node keeps what the hub has not acknowledged yet, and how much of it.</summary>
public sealed record SpoolOptions
{
    /// <summary>Its folder; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes at most; then the oldest batches go, and are counted. Default: 256 MB; from 1 MB on.</summary>
    public long MaxBytes { get; init; } = 256_000_000;

    /// <summary>How long a flow waits for others to be sent with. Default: 250 ms; from 10 ms to 1 minute.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        if (Folder.Length == 0) yield return "The spool's folder is empty; give one.";
        if (MaxBytes < 1_000_000) yield return $"The spool may have {MaxBytes} bytes; give at least 1000000.";
        if (Gather < TimeSpan.FromMilliseconds(10) || Gather > TimeSpan.FromMinutes(1)) yield return $"Flows are gathered for {Gather}; give 10 ms to 1 minute.";
    }
}
