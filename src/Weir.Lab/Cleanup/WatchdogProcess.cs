using System.Diagnostics;
using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>A process beside a lab that outlives it and takes away what it left. Dispose ends it: the lab ended by itself, and there is nothing to watch.</summary>
internal sealed class WatchdogProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WatchdogProcess(Process process) => _process = process;

    /// <summary>Starts it in a session of its own, so that what ends the lab (a key, a closed terminal) does not end it too.</summary>
    /// <param name="command">The command line, to which <c>--run FOLDER --pid PID --started TICKS</c> is appended.</param>
    /// <param name="runFolder">The lab's folder.</param>
    public static WatchdogProcess Start(IReadOnlyList<string> command, string runFolder)
    {
        string[] own =
        [
            "--run", runFolder,
            "--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "--started", ProcessLife.StartedAt(Environment.ProcessId).ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo("setsid", [.. command, .. own])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new WatchdogProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
