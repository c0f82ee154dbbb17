namespace Weir.Lab.Front;

/// <summary>Files that hold secrets: for their owner alone, and never half written.</summary>
internal static class PrivateFile
{
    /// <summary>Replaces a file, whose folder exists.</summary>
    public static void Write(string path, string text)
    {
        var next = path + ".new";
        File.Delete(next);
        using (var file = new StreamWriter(new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        })))
        {
            file.Write(text);
        }

        File.Move(next, path, overwrite: true);
    }
}
