namespace Weir.Kernel.Network;

/// <summary>A bpffs of the test's own, mounted on a temporary folder.</summary>
internal sealed class BpfFileSystem : IDisposable
{
    public BpfFileSystem()
    {
        Path = Directory.CreateTempSubdirectory($"weirtest{Environment.ProcessId}-bpf").FullName;
        Command.Run("mount", $"-t bpf bpf {Path}");
    }

    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Command.Run("umount", Path);
        Directory.Delete(Path);
    }
}
