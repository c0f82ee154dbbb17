using System.Text;
using Weir.Lab.Pods;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class VolumeFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-volume-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Files_come_change_and_go_together()
    {
        Write(("a", "1"), ("deep/b", "2"));
        Assert.Equal(("1", "2"), (Read("a"), Read("deep/b")));

        Write(("a", "3"), ("c", "4"));
        Assert.Equal(("3", "4"), (Read("a"), Read("c")));
        Assert.False(Path.Exists(Path.Combine(_folder.FullName, "deep")));
        Assert.Equal(["..data", "a", "c"], _folder.EnumerateFileSystemInfos().Select(e => e.Name).Where(n => !n.StartsWith("..v", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Single(_folder.EnumerateDirectories("..v*"));

        Write();
        Assert.Equal("..data", Assert.Single(_folder.EnumerateFileSystemInfos(), e => !e.Name.StartsWith("..v", StringComparison.Ordinal)).Name);
    }

    private void Write(params (string Path, string Text)[] files) => VolumeFolder.Write(
        _folder.FullName,
        new SortedDictionary<string, VolumeFile>(files.ToDictionary(f => f.Path, f => new VolumeFile(Encoding.UTF8.GetBytes(f.Text), 0x1A4)), StringComparer.Ordinal));

    private string Read(string path) => File.ReadAllText(Path.Combine(_folder.FullName, path));
}
