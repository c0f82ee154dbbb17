using System.Collections.Concurrent;
using System.Text;
using Weir.Lab.Pods;

namespace Weir.Lab.Simulated;

/// <summary>
/// The files of a simulated container: the few that its node writes, what it mounts, and in memory what its programs write. Nothing else of
/// the machine.
/// </summary>
internal sealed class SimulatedFiles(SimulatedKit kit, PodSpec pod, SimulatedSandbox sandbox, ContainerSpec spec)
{
    private const int MostWritten = 16 << 20;

    private readonly ConcurrentDictionary<string, byte[]> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _own = PodFiles.Of(pod, sandbox.Addresses)
        .Select(file => (Path: "/etc/" + file.Name, file.Text))
        .Append((Path: "/etc/ssl/certs/ca-certificates.crt", Text: kit.AuthorityPem))
        .ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal);

    /// <summary>Makes sure that every volume which the container mounts is there.</summary>
    /// <exception cref="LabException">The pod does not have one, or the lab cannot provide it.</exception>
    public void Check()
    {
        foreach (var mount in spec.Mounts) SourceOf(mount);
    }

    /// <summary>A file's bytes; null when there is none.</summary>
    public byte[]? Read(string path)
    {
        var full = Path.GetFullPath(path, "/");
        if (_written.TryGetValue(full, out var written)) return written;
        if (_own.TryGetValue(full, out var bytes)) return bytes;
        foreach (var mount in spec.Mounts)
        {
            var inside = Path.GetRelativePath(mount.Path, full);
            if (inside.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(inside)) continue;
            var file = inside == "." ? SourceOf(mount) : Path.Combine(SourceOf(mount), inside);
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }

        return null;
    }

    /// <summary>Opens a file to write; it is there once the stream is closed.</summary>
    public Stream Create(string path) => new WrittenFile(bytes =>
    {
        _written[Path.GetFullPath(path, "/")] = bytes;
        if (_written.Values.Sum(b => (long)b.Length) <= MostWritten) return;
        _written.Clear();
        throw new IOException($"No space left on device: a simulated container keeps {MostWritten >> 20} MiB of files in memory.");
    });

    private sealed class WrittenFile(Action<byte[]> keep) : MemoryStream
    {
        private bool _isKept;

        protected override void Dispose(bool disposing)
        {
            var bytes = disposing && !_isKept ? ToArray() : null;
            base.Dispose(disposing);
            if (bytes is null) return;
            _isKept = true;
            keep(bytes);
        }
    }

    private string SourceOf(ContainerMount mount) => PodVolumes.SourceOf(pod, spec, mount, sandbox.Folder);
}
