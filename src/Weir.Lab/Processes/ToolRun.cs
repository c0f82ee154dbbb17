using System.Diagnostics;

namespace Weir.Lab.Processes;

/// <summary>Runs a program to its end and keeps what it says.</summary>
internal static class ToolRun
{
    /// <summary>Where in PATH a program is; null when nowhere.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs it on the calling thread's namespace; killed when cancelled.</summary>
    /// <exception cref="LabException">There is no such program.</exception>
    public static Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return FinishAsync(Process.Start(start)!, "", cancellation);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"{program} could not be started ({e.Message}); is it installed?", e);
        }
    }

    /// <summary>Feeds a started process and waits for its end.</summary>
    public static async Task<ToolResult> FinishAsync(Process process, string input, CancellationToken cancellation)
    {
        using (process)
        {
            await using var kill = cancellation.Register(process.Kill);
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return new ToolResult(process.ExitCode, await output, await error);
        }
    }
}
