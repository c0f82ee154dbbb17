using System.Net;

namespace Weir.Lab.Pods;

/// <summary>What a pod's folder says to the lab that comes after this one: whose it is, and its addresses once it has a network.</summary>
/// <param name="Node">The number of its node.</param>
/// <param name="Addresses">Its addresses, IPv4 first; none while its network was not whole.</param>
internal sealed record LeftPod(int Node, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Writes it; makes the folder.</summary>
    public static void Write(string folder, int node, IEnumerable<IPAddress> addresses)
    {
        Directory.CreateDirectory(folder);
        var path = PathIn(folder);
        File.WriteAllLines(path + ".new", [node.ToString(CultureInfo.InvariantCulture), .. addresses.Select(a => a.ToString())]);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Reads it; null when the folder has none.</summary>
    public static LeftPod? Read(string folder) => File.Exists(PathIn(folder)) && File.ReadAllLines(PathIn(folder)) is [var node, .. var addresses]
        ? new LeftPod(int.Parse(node, CultureInfo.InvariantCulture), [.. addresses.Select(IPAddress.Parse)])
        : null;

    /// <summary>The pods of a node that have a folder.</summary>
    public static IReadOnlyList<PodKey> FindAll(string podsFolder, int node) =>
    [
        .. from folder in Directory.EnumerateDirectories(podsFolder)
           let words = Path.GetFileName(folder).Split('_') // names of Kubernetes have none
           where words.Length == 3 && Read(folder)?.Node == node
           select new PodKey(words[0], words[1], words[2]),
    ];

    private static string PathIn(string folder) => Path.Combine(folder, "left");
}
