using System.Diagnostics;
using Weir.Lab;
using Weir.Lab.Cleanup;
using Weir.Lab.Front;
using Weir.Linux;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab up --detach</c>: the lab in a process of its own, in a session of its own.</summary>
internal static class DetachedLab
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts it, shows how far it is, and returns when it is up; says how to reach one that is up already.</summary>
    /// <exception cref="LabException">It did not come up; what it said is shown.</exception>
    public static async Task<int> UpAsync(LabUpRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (LabUp.RunningIn(request.RunFolder) is { } there)
        {
            var known = LabServices.Read(there) ?? throw new LabException($"A lab is just starting, or stopping, in {there}; see {LabLog.PathOf(there)}.");
            await error.WriteLineAsync($"weir lab: a lab is up already in {there}; 'weir lab down' ends it.");
            foreach (var line in known.Lines) await output.WriteLineAsync(line);
            return 0;
        }

        var why = StartedLab.WhySimulated(request.Datapath, LabFiles.Options(request.Nodes, request.RunFolder));
        if (why is not null) LabFiles.SimulatedOptions(request.Nodes, request.RunFolder); // makes the folder that the log is in
        var run = request.RunFolder ?? (why is null ? LabFiles.RunFolder : LabFiles.SimulatedRunFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(run)!);
        var log = LabLog.PathOf(run);
        File.Delete(log);
        using var process = Start(request.Arguments(), log);
        var services = await WaitAsync(process, run, log, error, cancellation);
        foreach (var line in services.Lines) await output.WriteLineAsync(line);
        return 0;
    }

    /// <summary>Starts the lab's process.</summary>
    /// <param name="arguments">What follows <c>weir lab up</c>.</param>
    /// <param name="log">The file that it writes to.</param>
    /// <exception cref="LabException">There is no setsid.</exception>
    public static Process Start(IEnumerable<string> arguments, string log)
    {
        // Through a shell, which gives it the log for its output: with ours it would keep the pipe of whoever reads us open.
        string[] lab = [.. LabFiles.Self(), "lab", "up", LabUpCommand.Detached, .. arguments];
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "umask 077; exec \"$@\" </dev/null >>\"$0\" 2>&1", log, .. lab])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"setsid could not be started ({e.Message}); install the package util-linux, or leave --detach out.", e);
        }
    }

    private static async Task<LabServices> WaitAsync(Process process, string run, string log, TextWriter error, CancellationToken cancellation)
    {
        var shown = 0;
        try
        {
            while (true)
            {
                // Looked at before the log: what it said at its end is then in it.
                var ended = process.HasExited;
                shown += await ShowAsync(log, shown, error);
                if (ended) throw new LabException($"The lab did not come up; {log} has all that it said.");
                if (LabServices.Read(run) is { } services && services.ProcessId == process.Id) return services; // and not those of one that was killed
                await Task.Delay(_pause, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            ProcessLife.Signal(process.Id, ProcessLife.SigTerm);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task<int> ShowAsync(string log, int from, TextWriter error)
    {
        if (!File.Exists(log)) return 0;
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = from;
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync();
        var end = text.LastIndexOf('\n') + 1;
        await error.WriteAsync(text[..end]);
        return System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
    }
}
