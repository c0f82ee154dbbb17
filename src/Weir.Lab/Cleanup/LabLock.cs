using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>Keeps a second lab off the same folder. The kernel drops the lock when its holder dies, however it dies.</summary>
public sealed class LabLock : IDisposable
{
    private const int MostTries = 20;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;
    private readonly string _holder;

    private LabLock(FileStream file, string holder) => (_file, _holder) = (file, holder);

    /// <summary>Takes the lock, or says who holds it.</summary>
    /// <param name="runFolder">The lab's folder; the lock is a file beside it, and who holds it stands in another.</param>
    /// <param name="time">Tells the holder's start.</param>
    /// <param name="cancellation">Ends the wait for somebody who only looks.</param>
    /// <exception cref="LabException">Another lab holds it.</exception>
    public static async Task<LabLock> TakeAsync(string runFolder, TimeProvider time, CancellationToken cancellation)
    {
        var path = PathOf(runFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream? file = null;
        for (var tries = 1; file is null; tries++)
        {
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not LinuxException)
            {
                // Without a holder's name it is somebody who only looks whether there is a lab, or one that is about to write its name.
                if (File.Exists(HolderPathOf(runFolder)) || tries == MostTries)
                    throw new LabException($"Another lab holds {runFolder}: {Holder(runFolder)}. Stop it with 'weir lab down', or give this one another folder.", e);
                await Task.Delay(_pause, time, cancellation);
            }
        }

        var holder = HolderPathOf(runFolder);
        await File.WriteAllTextAsync(holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n"), CancellationToken.None);
        return new LabLock(file, holder);
    }

    /// <summary>The process that holds a lab's lock; null when none does.</summary>
    public static int? HolderOf(string runFolder)
    {
        var path = PathOf(runFolder);
        if (!File.Exists(path)) return null;
        try
        {
            using var free = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (IOException)
        {
            var words = Holder(runFolder).Split(' ', ',');
            return words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        File.Delete(_holder);
        _file.Dispose();
    }

    private static string PathOf(string runFolder) => runFolder.TrimEnd('/') + ".lock";

    private static string HolderPathOf(string runFolder) => runFolder.TrimEnd('/') + ".holder";

    private static string Holder(string runFolder)
    {
        var path = HolderPathOf(runFolder);
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : "a process that is just starting";
    }
}
