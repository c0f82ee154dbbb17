using Weir.Cli.Lab;
using Weir.Linux;
using Weir.Observe.Hubble;

namespace Weir.Cli.Observe;

/// <summary>Which observers to ask.</summary>
internal static class ObserverServers
{
    /// <summary>Those given, else the sockets of every node of the lab on this machine, else where Hubble's relay is expected.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> given)
    {
        if (given.Count > 0) return given;

        // Only root can have a lab of real pods, or ask one.
        string[] folders = ProcessLife.IsRoot ? [LabFiles.RunFolder, LabFiles.SimulatedRunFolder] : [LabFiles.SimulatedRunFolder];
        return folders.Select(SocketsOf).FirstOrDefault(found => found.Length > 0) ?? [$"localhost:{ServerAddress.DefaultPort}"];
    }

    /// <summary>Whether an observer is one of a simulated lab.</summary>
    public static bool IsSimulated(AskedServer server) => server.Address.UnixSocket?.StartsWith(LabFiles.SimulatedRunFolder, StringComparison.Ordinal) ?? false;

    private static string[] SocketsOf(string labFolder) => Directory.Exists(labFolder)
        ? [.. Directory.EnumerateDirectories(labFolder).Select(node => Path.Combine(node, "observe.sock")).Where(File.Exists).Order().Select(s => "unix:" + s)]
        : [];
}
