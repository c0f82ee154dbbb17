using System.Text;
using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>Keeps a second lab off the same folder. The kernel drops the lock when its holder dies, however it dies.</summary>
public sealed class LabLock : IDisposable
{
    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or says who holds it.</summary>
    /// <param name="runFolder">The lab's folder; the lock is a file beside it.</param>
    /// <param name="time">Tells the holder's start.</param>
    /// <exception cref="LabException">Another lab holds it.</exception>
    public static LabLock Take(string runFolder, TimeProvider time)
    {
        var path = PathOf(runFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not LinuxException)
        {
            throw new LabException(
                $"Another lab holds {runFolder}: {Holder(path)}. Stop it with 'weir lab down', or give this one another folder.", e);
        }

        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n")));
        file.Flush();
        return new LabLock(file);
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
            var words = Holder(path).Split(' ', ',');
            return words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        _file.SetLength(0);
        _file.Dispose();
    }

    private static string PathOf(string runFolder) => runFolder.TrimEnd('/') + ".lock";

    private static string Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Trim() is { Length: > 0 } text ? text : "a process that is just starting";
        }
        catch (IOException)
        {
            return "a process that is just starting";
        }
    }
}
