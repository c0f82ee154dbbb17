using System.Net.Sockets;
using Weir.Cli.Lab;
using Weir.Linux;
using Weir.Observe.Hubble;

namespace Weir.Cli.Observe;

/// <summary>Which observers to ask.</summary>
internal static class ObserverServers
{
    /// <summary>Those given, else the sockets of every node of the lab on this machine, else where Hubble's relay is expected.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> given) =>
        given.Count > 0 ? given : Folders.Select(SocketsOf).FirstOrDefault(found => found.Length > 0) ?? [$"localhost:{ServerAddress.DefaultPort}"];

    /// <summary>The same for flows that the nodes may no longer have: the lab's relay, which asks its hub too, where it answers.</summary>
    public static IReadOnlyList<string> FindOlder(IReadOnlyList<string> given)
    {
        var nodes = Find(given);
        if (given.Count > 0 || Folders.FirstOrDefault(f => SocketsOf(f).Length > 0) is not { } lab) return nodes;
        var relay = Path.Combine(lab, "relay", "relay.sock");
        return Answers(relay) ? ["unix:" + relay] : nodes;
    }

    /// <summary>Whether an observer is one of a simulated lab.</summary>
    public static bool IsSimulated(AskedServer server) => server.Address.UnixSocket?.StartsWith(LabFiles.SimulatedRunFolder, StringComparison.Ordinal) ?? false;

    // Only root can have a lab of real pods, or ask one.
    private static string[] Folders => ProcessLife.IsRoot ? [LabFiles.RunFolder, LabFiles.SimulatedRunFolder] : [LabFiles.SimulatedRunFolder];

    private static bool Answers(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string[] SocketsOf(string labFolder) => Directory.Exists(labFolder)
        ? [.. Directory.EnumerateDirectories(labFolder).Select(node => Path.Combine(node, "observe.sock")).Where(File.Exists).Order().Select(s => "unix:" + s)]
        : [];
}
