namespace Weir.Linux;

/// <summary>Symbolic links that are replaced whole: .NET's own move refuses a link to a folder.</summary>
public static class SymbolicLink
{
    /// <summary>Makes <paramref name="path"/> a link to <paramref name="target"/>, at once also where it is a link to something else.</summary>
    /// <exception cref="LinuxException">The folder cannot be written to, or the path is no link.</exception>
    public static void Replace(string path, string target)
    {
        var next = path + "_tmp";
        File.Delete(next);
        File.CreateSymbolicLink(next, target);
        if (LibC.rename(next, path) != 0) throw LinuxException.Last($"Linking {path} to {target}");
    }
}
