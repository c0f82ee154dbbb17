using System.Diagnostics;
using Weir.Lab.Cleanup;
using Weir.Lab.Processes;
using Weir.Linux;
using Weir.Linux.Netlink;
using Xunit;

namespace Weir.Kernel.Lab;

public sealed class LabSweeperTests
{
    public LabSweeperTests() => Assert.SkipUnless(ProcessLife.IsRoot, "needs root, to make network namespaces and mounts");

    [Fact]
    public async Task What_a_killed_lab_left_is_taken_away_and_nothing_else()
    {
        using var folder = new TestFolder();
        var run = folder["run"];
        Directory.CreateDirectory(Path.Combine(run, "netns"));
        Directory.CreateDirectory(Path.Combine(run, "bpf"));
        var journal = new LabJournal(run);
        using var starter = new ProcessStarter(journal);
        using var ns = NetworkNamespace.Create(Path.Combine(run, "netns/a"));
        using (var links = RouteNetlink.Open(ns)) links.CreateBridge("fabric");
        Mounts.BpfFileSystem(Path.Combine(run, "bpf"));
        using var noted = await starter.StartAsync(ns, ["sleep", "600"]);
        using var other = await starter.StartAsync(null, ["sleep", "600"], dieWithLab: false);
        var cgroup = $"weir-test-{Environment.ProcessId}";
        journal.AddCgroup(cgroup);
        var made = Directory.CreateDirectory(Path.Combine("/sys/fs/cgroup/pids", cgroup, "child"));

        Assert.Empty(await LabSweeper.SweepAsync(run, TestContext.Current.CancellationToken));

        Assert.False(Directory.Exists(run));
        Assert.Empty(Mounts.Below(run));
        Assert.False(Directory.Exists(made.Parent!.FullName));
        await noted.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.False(other.HasExited);
        other.Kill();
        Assert.Empty(await LabSweeper.SweepAsync(run, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_process_that_got_the_id_of_one_in_the_journal_is_left_alone()
    {
        using var folder = new TestFolder();
        using var innocent = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "journal"), $"process {innocent.Id} 1\n", TestContext.Current.CancellationToken);

        await LabSweeper.SweepAsync(folder.Path, TestContext.Current.CancellationToken);

        Assert.False(innocent.HasExited);
        innocent.Kill();
        Directory.CreateDirectory(folder.Path);
    }

    [Fact]
    public async Task A_process_of_the_lab_dies_with_the_thread_that_started_it()
    {
        using var folder = new TestFolder();
        var starter = new ProcessStarter(new LabJournal(folder.Path));
        using var process = await starter.StartAsync(null, ["sh", "-c", "echo up; exec sleep 600"]);

        // What says something has asked for the signal; before that the thread's end would go unnoticed.
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        starter.Dispose();

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + ProcessLife.SigKill, process.ExitCode);
    }
}
