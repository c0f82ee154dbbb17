using System.Diagnostics;

namespace Weir.EndToEnd;

/// <summary>The programs as they were built.</summary>
internal static class Built
{
    private static readonly string _artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../.."));

    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(_artifacts, ".."));

    public static string Cli { get; } =
        Path.Combine(_artifacts, "bin/Weir.Cli", new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name, "weir.dll");

    public static string[] WeirCommand { get; } = ["dotnet", Cli];

    public static string Native(string project, string name) => Path.Combine(_artifacts, "publish", project, "release_linux-x64", name);

    /// <summary>Runs <c>weir</c> to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(TimeSpan patience, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Cli, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var stop = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"did not end within {patience.TotalSeconds:0} s: {await output}{await error}");
        }

        return (process.ExitCode, await output + await error);
    }
}
