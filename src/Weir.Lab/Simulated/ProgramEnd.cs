using System.Text;

namespace Weir.Lab.Simulated;

/// <summary>What a program in a simulated pod printed, and how it ended.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="ExitCode">0 is success; 143 when it had to be stopped.</param>
public sealed record ProgramEnd(string Output, string Error, int ExitCode)
{
    internal static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
}
