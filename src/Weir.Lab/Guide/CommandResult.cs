namespace Weir.Lab.Guide;

/// <summary>What a command printed, standard output and standard error together, and its exit code.</summary>
/// <param name="Output">The text, without the last end of line.</param>
/// <param name="ExitCode">0 is success.</param>
public sealed record CommandResult(string Output, int ExitCode);
