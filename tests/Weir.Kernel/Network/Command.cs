using System.Diagnostics;

namespace Weir.Kernel.Network;

/// <summary>Runs a program and waits for it.</summary>
internal static class Command
{
    /// <summary>Its standard output; throws with its error output where it fails.</summary>
    public static string Run(string program, string arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {arguments}: {errors.GetAwaiter().GetResult()}{Environment.NewLine}{input}");
    }
}
