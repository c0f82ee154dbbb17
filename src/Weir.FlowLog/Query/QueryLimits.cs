namespace Weir.FlowLog.Query;

/// <summary>What one query may use. A query that passes a bound is stopped, and the bound named.</summary>
/// <param name="MemoryMiB">Memory in MiB (setting query-memory).</param>
/// <param name="Threads">Threads (setting query-threads).</param>
/// <param name="TempMiB">Space for what does not fit into memory, in MiB; 0 for none (setting query-temp).</param>
/// <param name="TempFolder">Where that space is; null for none.</param>
/// <param name="Time">How long it may run (setting query-time).</param>
/// <param name="Rows">How many rows may come out (setting query-rows).</param>
public sealed record QueryLimits(int MemoryMiB = 1024, int Threads = 2, int TempMiB = 0, string? TempFolder = null, TimeSpan? Time = null, int Rows = 500_000)
{
    /// <summary>How long a query may run when nothing is said.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(4);

    /// <summary>What is wrong with the numbers; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (MemoryMiB < 64) yield return $"query-memory is {MemoryMiB} MiB; at least 64 are needed";
        if (Threads is < 1 or > 1024) yield return $"query-threads is {Threads}; it must be 1 to 1024";
        if (TempMiB < 0) yield return $"query-temp is {TempMiB} MiB; it must be 0 or more";
        if (Rows < 1) yield return $"query-rows is {Rows}; it must be 1 or more";
        if (Time is { } time && time <= TimeSpan.Zero) yield return $"query-time is {time}; it must be longer than nothing";
    }
}
