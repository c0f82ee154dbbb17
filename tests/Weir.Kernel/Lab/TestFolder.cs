using System.Globalization;
using Weir.Linux;

namespace Weir.Kernel.Lab;

/// <summary>A folder of this test alone, named after the process, with everything in it unmounted and removed at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    private static int s_next;

    public TestFolder()
    {
        Path = string.Create(CultureInfo.InvariantCulture, $"/tmp/weir-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_next)}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        foreach (var mount in Mounts.Below(Path)) Mounts.Unmount(mount);
        Directory.Delete(Path, recursive: true);
    }
}
