namespace Weir.FlowLog.Store;

/// <summary>What became of a batch.</summary>
/// <param name="Refused">Why it is not stored; empty when it is safe.</param>
/// <param name="IsLasting">Whether sending it again would be refused again.</param>
public sealed record IngestOutcome(string Refused, bool IsLasting)
{
    /// <summary>It survives any crash.</summary>
    public static IngestOutcome Safe { get; } = new("", IsLasting: false);

    /// <summary>Whether it is stored.</summary>
    public bool IsSafe => Refused.Length == 0;
}
