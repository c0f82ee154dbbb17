using System.Diagnostics;
using Weir.Linux;

namespace Weir.Lab.Processes;

/// <summary>A process that is started again whenever it ends, until the lab stops. Its output goes to a file.</summary>
public sealed class SupervisedProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortPause = TimeSpan.FromMilliseconds(10), s_longPause = TimeSpan.FromSeconds(1);
    private readonly ProcessStarter _starter;
    private readonly NetworkNamespace? _inside;
    private readonly IReadOnlyList<string> _command;
    private readonly string _logPath;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private SupervisedProcess(ProcessStarter starter, NetworkNamespace? inside, IReadOnlyList<string> command, string logPath)
    {
        (_starter, _inside, _command, _logPath) = (starter, inside, command, logPath);
        _loop = LoopAsync();
    }

    /// <summary>The running process; 0 between two.</summary>
    public int ProcessId { get; private set; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts it.</summary>
    public static SupervisedProcess Start(ProcessStarter starter, NetworkNamespace? inside, IReadOnlyList<string> command, string logPath) =>
        new(starter, inside, command, logPath);

    /// <summary>Asks it to end, and after 5 s makes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        await using var log = new FileStream(_logPath, FileMode.Append, FileAccess.Write, FileShare.Read);
        var pause = s_shortPause;
        while (!_stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            using (var process = await _starter.StartAsync(_inside, _command))
            {
                ProcessId = process.Id;
                var copying = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, log), CopyAsync(process.StandardError.BaseStream, log));
                await WaitAsync(process);
                await copying;
                ProcessId = 0;
            }

            if (_stop.IsCancellationRequested) return;
            Restarts++;

            // Nearly at once, and slower each time that it ends as soon as it was started: then trying faster would not help.
            if (Stopwatch.GetElapsedTime(began) > s_longPause) pause = s_shortPause;
            await Task.Delay(pause, _stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            pause = pause * 2 < s_longPause ? pause * 2 : s_longPause;
        }
    }

    private async Task WaitAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            ProcessLife.Signal(process.Id, ProcessLife.SigTerm);
            using var grace = new CancellationTokenSource(s_grace);
            try
            {
                await process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static async Task CopyAsync(Stream from, FileStream log)
    {
        var buffer = new byte[4096];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            lock (log)
            {
                log.Write(buffer.AsSpan(0, read));
                log.Flush();
            }
        }
    }
}
