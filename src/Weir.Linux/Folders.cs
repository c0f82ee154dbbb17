namespace Weir.Linux;

/// <summary>What .NET cannot do with folders.</summary>
public static class Folders
{
    /// <summary>Makes the names in a folder survive a crash: files made, renamed and deleted there.</summary>
    /// <exception cref="LinuxException">There is no such folder, or the disk is broken.</exception>
    public static void Sync(string path)
    {
        var fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) throw LinuxException.Last($"Opening the folder {path}");
        try
        {
            if (LibC.fsync(fd) != 0) throw LinuxException.Last($"Syncing the folder {path}");
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }
}
