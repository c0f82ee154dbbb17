using System.Runtime.CompilerServices;

namespace Weir.Unit.Architecture;

/// <summary>Where the repository's own files are.</summary>
internal static class Repository
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories);

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    // [CallerFilePath] as a default argument gives the caller's file, so only this file asks.
    private static string ThisFile([CallerFilePath] string path = "") => path;
}
