using System.Diagnostics;
using Weir.Lab.Cleanup;
using Weir.Linux;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>What a watchdog does after its lab: start it again, or sweep.</summary>
public sealed class KeptLabTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-kept-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Run => Path.Combine(_folder.FullName, "lab");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_lab_that_was_whole_is_started_again_unless_it_died_often(int times, bool again)
    {
        Directory.CreateDirectory(KeptLab.StateFolder(Run));
        KeptLab.Mark(Run, "ebpf", 2);
        for (var i = 0; i < times; i++) KeptLab.NoteResumed(Run, TimeProvider.System);

        Assert.Equal(again, await StartedAgainAsync());
        Assert.Equal(again, Directory.Exists(Run)); // else it was swept
    }

    [Fact]
    public async Task A_lab_that_was_not_whole_is_swept()
    {
        Directory.CreateDirectory(KeptLab.StateFolder(Run));

        Assert.False(await StartedAgainAsync());
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task What_another_lab_holds_is_left_to_it()
    {
        Directory.CreateDirectory(KeptLab.StateFolder(Run));
        KeptLab.Mark(Run, "ebpf", 2);
        using var held = await LabLock.TakeAsync(Run, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(await StartedAgainAsync());
        Assert.True(Directory.Exists(Run));
    }

    [Fact]
    public void Only_a_lab_of_the_same_shape_is_gone_on_with()
    {
        Directory.CreateDirectory(KeptLab.StateFolder(Run));
        Assert.False(KeptLab.Fits(Run, "ebpf", 2));
        KeptLab.Mark(Run, "ebpf", 2);

        Assert.True(KeptLab.Fits(Run, "ebpf", 2));
        Assert.False(KeptLab.Fits(Run, "ebpf", 3));
        Assert.False(KeptLab.Fits(Run, "simulated", 2));
    }

    private async Task<bool> StartedAgainAsync()
    {
        using var lab = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        var startedAt = ProcessLife.StartedAt(lab.Id);
        lab.Kill();
        await lab.WaitForExitAsync(Ct);
        var again = false;
        Assert.Empty(await LabDown.AfterAsync(lab.Id, startedAt, Run, () => again = true, TimeProvider.System, Ct));
        return again;
    }
}
