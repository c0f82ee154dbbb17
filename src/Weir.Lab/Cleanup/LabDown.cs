using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>Ends a lab from outside its process, whether it still runs or crashed.</summary>
public static class LabDown
{
    private const int MostLooks = 50;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether a lab runs in the folder, or left something.</summary>
    public static bool IsThereAnything(string runFolder) =>
        Directory.Exists(runFolder) || File.Exists(LabLog.PathOf(runFolder)) || LabLock.HolderOf(runFolder) is not null;

    /// <summary>Asks the lab's process to stop, waits for it, and sweeps what is left.</summary>
    /// <returns>What could not be taken away, as sentences; empty when nothing is left.</returns>
    /// <exception cref="LabException">The process does not end.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string runFolder, TimeProvider time, CancellationToken cancellation)
    {
        if (LabLock.HolderOf(runFolder) is { } pid)
        {
            ProcessLife.Signal(pid, ProcessLife.SigTerm);
            await WaitForLockAsync(runFolder, pid, cancellation);
        }

        var left = await SweepAsync(runFolder, time, cancellation);
        File.Delete(LabLog.PathOf(runFolder));
        return left;
    }

    /// <summary>Waits for a process to end, however it ends, and sweeps what it left: what a lab's watchdog does.</summary>
    /// <param name="pid">The lab's process.</param>
    /// <param name="startedAt">Its start, in ticks since boot.</param>
    /// <param name="runFolder">The lab's folder.</param>
    /// <param name="startAgain">Starts a kept lab again instead; null where that is not wanted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What could not be taken away, as sentences.</returns>
    public static async Task<IReadOnlyList<string>> AfterAsync(
        int pid, long startedAt, string runFolder, Action? startAgain, TimeProvider time, CancellationToken cancellation)
    {
        while (ProcessLife.IsAlive(pid, startedAt)) await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellation);

        // A child that was just being started may hold the lock a moment longer than its parent lived.
        for (var tried = 0; LabLock.HolderOf(runFolder) is { } holder; tried++)
        {
            if (holder != pid || tried == MostLooks) return []; // a new lab has the folder
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }

        if (startAgain is null || !KeptLab.MayStartAgain(runFolder, time)) return await SweepAsync(runFolder, time, cancellation);
        startAgain();
        return [];
    }

    private static async Task<IReadOnlyList<string>> SweepAsync(string runFolder, TimeProvider time, CancellationToken cancellation)
    {
        using var held = await LabLock.TakeAsync(runFolder, time, cancellation);
        return await LabSweeper.SweepAsync(runFolder, cancellation);
    }

    private static async Task WaitForLockAsync(string runFolder, int pid, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        while (LabLock.HolderOf(runFolder) == pid)
        {
            if (patience.IsCancellationRequested)
                throw new LabException($"The lab's process {pid} does not stop within {s_patience.TotalSeconds} s; 'kill -9 {pid}' and run this again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
    }
}
