using Weir.Cli.Lab;
using Weir.Linux;

namespace Weir.Cli.Observe;

/// <summary>Which observers to ask.</summary>
internal static class ObserverServers
{
    /// <summary>The sockets' paths: those given, else those of every node of the lab on this machine.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> given)
    {
        if (given.Count > 0) return [.. given.Select(PathOf)];

        // Only root can have a lab of real pods, or ask one.
        string[] folders = ProcessLife.IsRoot ? [LabFiles.RunFolder, LabFiles.SimulatedRunFolder] : [LabFiles.SimulatedRunFolder];
        return folders.Select(SocketsOf).FirstOrDefault(found => found.Length > 0)
            ?? throw new UsageException("no observer found: no lab runs on this machine. Start one with 'weir lab run --keep', or name an observer with --server unix:PATH.");
    }

    private static string[] SocketsOf(string labFolder) => Directory.Exists(labFolder)
        ? [.. Directory.EnumerateDirectories(labFolder).Select(node => Path.Combine(node, "observe.sock")).Where(File.Exists).Order()]
        : [];

    private static string PathOf(string server) => server.StartsWith("unix:", StringComparison.Ordinal)
        ? server["unix:".Length..].Replace("///", "/", StringComparison.Ordinal)
        : throw new UsageException($"--server: '{server}' is no address; give unix:PATH.");
}
