using System.Security.Cryptography;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>
/// A volume's folder whose files change all at once, laid out as a kubelet does: each name is a link into <c>..data</c>, which is a link to
/// the folder with the files of now. Programs that watch for changes know this form.
/// </summary>
internal static class VolumeFolder
{
    private const string Now = "..data";

    /// <summary>Writes the files, unless they are there already.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, VolumeFile> files)
    {
        Directory.CreateDirectory(folder);
        var name = "..v" + Digest(files);
        var link = Path.Combine(folder, Now);
        var before = Directory.Exists(link) ? Path.GetFileName(new DirectoryInfo(link).LinkTarget) : null;
        if (before == name) return;
        foreach (var (path, file) in files)
        {
            var full = Path.Combine(folder, name, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, file.Bytes);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(full, (UnixFileMode)(file.Mode & 0x1FF));
        }

        Directory.CreateDirectory(Path.Combine(folder, name));
        SymbolicLink.Replace(link, name); // a rename: whoever reads sees all of the old files or all of the new
        Link(folder, files.Keys.Select(path => path.Split('/')[0]).ToHashSet(StringComparer.Ordinal));
        if (before is not null) Directory.Delete(Path.Combine(folder, before), recursive: true);
    }

    private static void Link(string folder, HashSet<string> names)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => !e.Name.StartsWith("..", StringComparison.Ordinal)).ToList())
            if (!names.Remove(entry.Name)) entry.Delete();
        foreach (var name in names) File.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine(Now, name));
    }

    private static string Digest(IReadOnlyDictionary<string, VolumeFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, file) in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}\0{file.Mode}\0{file.Bytes.Length}\0")));
            hash.AppendData(file.Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
