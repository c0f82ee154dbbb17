using System.Globalization;
using Weir.Datapath.Interop;

namespace Weir.Datapath.Programs;

/// <summary>The folder of a bpffs where a node's maps, programs and links outlive the agent: <c>weir/NODE/vABI</c>.</summary>
internal sealed class PinFolder
{
    /// <summary><c>WEIR_ABI</c> of bpf/abi.h.</summary>
    public const uint Abi = 1;

    private PinFolder(string path) => Path = path;

    public string Path { get; }

    public string Map(string name) => System.IO.Path.Combine(Path, name);

    public string Link(string name) => System.IO.Path.Combine(Path, "link_" + name);

    public string Program(string name) => System.IO.Path.Combine(Path, "prog_" + name);

    /// <summary>Makes the folder where there is none.</summary>
    /// <exception cref="DatapathException">The path is no bpffs, or holds the tables of a newer version.</exception>
    public static PinFolder Open(string bpffs, string node)
    {
        if (!IsBpffs(bpffs))
            throw new DatapathException($"'{bpffs}' is no bpffs. Mount one: mount -t bpf bpf {bpffs}", errno: 0);

        var root = System.IO.Path.Combine(bpffs, "weir", node);
        Directory.CreateDirectory(root);
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var name = System.IO.Path.GetFileName(folder);
            if (name.StartsWith('v') && uint.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > Abi)
            {
                throw new DatapathException(
                    $"'{folder}' holds the tables of a newer Weir (version {version}; this one knows {Abi}). " +
                    "Its programs stay in force. Start that version again, or remove the node's pods and then the folder.", errno: 0);
            }
        }

        var path = System.IO.Path.Combine(root, $"v{Abi}");
        Directory.CreateDirectory(path);
        return new PinFolder(path);
    }

    /// <summary>Removes every pin, which frees what nothing else holds.</summary>
    public void Remove()
    {
        foreach (var pin in Directory.EnumerateFiles(Path)) File.Delete(pin);
        Directory.Delete(Path);
        var node = System.IO.Path.GetDirectoryName(Path)!;
        if (!Directory.EnumerateFileSystemEntries(node).Any()) Directory.Delete(node);
    }

    private static unsafe bool IsBpffs(string path)
    {
        const ulong Magic = 0xcafe4a11;
        var buffer = stackalloc byte[256]; // struct statfs; its first word is the file system's type
        return LibC.StatFs(path, buffer) == 0 && *(ulong*)buffer == Magic;
    }
}
