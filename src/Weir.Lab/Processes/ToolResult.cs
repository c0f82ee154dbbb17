namespace Weir.Lab.Processes;

/// <summary>What a program that ran to its end left.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
