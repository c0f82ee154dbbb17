namespace Weir.Workloads.Probes;

/// <summary>A probe ends here; the message is what it prints after its name.</summary>
/// <param name="message">In the words of the program that the probe stands in for.</param>
/// <param name="exitCode">What it exits with.</param>
internal sealed class ProbeException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>What the program exits with.</summary>
    public int ExitCode { get; } = exitCode;
}
