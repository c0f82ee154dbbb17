using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>Takes away everything that a lab left, whether it stopped, failed or was killed. Doing it again does nothing.</summary>
public static class LabSweeper
{
    private const int MostTries = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Sweeps. The caller holds the lab's lock.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What could not be taken away, as sentences; empty when nothing is left.</returns>
    public static async Task<IReadOnlyList<string>> SweepAsync(string runFolder, CancellationToken cancellation)
    {
        var problems = new List<string>();
        if (!Directory.Exists(runFolder)) return problems;
        var journal = LabJournal.Read(runFolder).ToList();
        await KillAsync(runFolder, ["process", "keeper"], problems, cancellation);
        await DeleteContainersAsync(runFolder, problems, cancellation);
        foreach (var mount in Mounts.Below(runFolder)) Attempt(problems, () => Mounts.Unmount(mount));
        if (Mounts.Below(runFolder).Count == 0) Attempt(problems, () => Directory.Delete(runFolder, recursive: true));
        foreach (var line in journal)
            if (line is ["cgroup", var name]) await RemoveCgroupAsync(name, problems, cancellation);
        return problems;
    }

    /// <summary>Kills what would have died with the lab's process, and may be about to: before another takes over what is left.</summary>
    internal static Task KillProcessesAsync(string runFolder, List<string> problems, CancellationToken cancellation) =>
        KillAsync(runFolder, ["process"], problems, cancellation);

    private static async Task KillAsync(string runFolder, IReadOnlyList<string> kinds, List<string> problems, CancellationToken cancellation)
    {
        var alive = LabJournal.Alive(runFolder, kinds).Where(p => p.Pid != Environment.ProcessId).ToList();
        foreach (var (pid, _) in alive) ProcessLife.Signal(pid, ProcessLife.SigKill);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        foreach (var (pid, start) in alive)
        {
            while (ProcessLife.IsAlive(pid, start))
            {
                if (patience.IsCancellationRequested)
                {
                    problems.Add($"Process {pid} does not end.");
                    break;
                }

                await Task.Delay(10, cancellation);
            }
        }
    }

    private static async Task DeleteContainersAsync(string runFolder, List<string> problems, CancellationToken cancellation)
    {
        var state = Path.Combine(runFolder, "runc");
        if (!Directory.Exists(state)) return;
        foreach (var container in Directory.EnumerateDirectories(state))
        {
            var result = await ToolRun.RunAsync("runc", ["--root", state, "delete", "--force", Path.GetFileName(container)], cancellation);
            if (result.ExitCode != 0) problems.Add($"runc could not delete {Path.GetFileName(container)}: {result.Error.Trim()}");
        }
    }

    private static async Task RemoveCgroupAsync(string name, List<string> problems, CancellationToken cancellation)
    {
        foreach (var hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup"))
        {
            var top = Path.Combine(hierarchy, name);
            var failed = new List<string>();

            // A process that was killed is in its cgroup until the kernel has taken it apart, which a busy machine puts off.
            for (var tried = 0; Directory.Exists(top) && tried < MostTries; tried++)
            {
                if (tried > 0) await Task.Delay(s_pause, cancellation);
                failed.Clear();

                // A cgroup goes by rmdir once it has no processes and no children; its files are not ours to delete.
                foreach (var child in Directory.EnumerateDirectories(top)) Attempt(failed, () => Directory.Delete(child));
                Attempt(failed, () => Directory.Delete(top));
            }

            problems.AddRange(failed);
        }
    }

    private static void Attempt(List<string> problems, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
        }
    }
}
