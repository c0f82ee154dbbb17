using System.Text;
using Weir.Lab.Pods;

namespace Weir.Lab.Simulated;

/// <summary>The files that a program in a simulated container can read: the few that its node writes, and what the container mounts. Nothing else of the machine.</summary>
internal sealed class SimulatedFiles(SimulatedKit kit, PodSpec pod, SimulatedSandbox sandbox, ContainerSpec spec)
{
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

    private string SourceOf(ContainerMount mount) => PodVolumes.SourceOf(pod, spec, mount, sandbox.Folder);
}
