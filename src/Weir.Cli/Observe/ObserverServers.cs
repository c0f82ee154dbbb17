namespace Weir.Cli.Observe;

/// <summary>Which observers to ask.</summary>
internal static class ObserverServers
{
    /// <summary>Where a lab's nodes keep their sockets.</summary>
    private const string LabFolder = "/run/weir/lab";

    /// <summary>The sockets' paths: those given, else those of every node of the lab on this machine.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> given)
    {
        if (given.Count > 0) return [.. given.Select(PathOf)];
        string[] found = Directory.Exists(LabFolder)
            ? [.. Directory.EnumerateDirectories(LabFolder).Select(node => Path.Combine(node, "observe.sock")).Where(File.Exists).Order()]
            : [];
        return found.Length > 0
            ? found
            : throw new UsageException("no observer found: no lab runs on this machine. Start one with 'weir lab run --keep', or name an observer with --server unix:PATH.");
    }

    private static string PathOf(string server) => server.StartsWith("unix:", StringComparison.Ordinal)
        ? server["unix:".Length..].Replace("///", "/", StringComparison.Ordinal)
        : throw new UsageException($"--server: '{server}' is no address; give unix:PATH.");
}
