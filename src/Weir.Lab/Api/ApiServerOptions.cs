using System.Net;
using Weir.Lab.Api.Access;
using Weir.Lab.Pods;

namespace Weir.Lab.Api;

/// <summary>Where the API server listens and keeps its state.</summary>
public sealed record ApiServerOptions
{
    /// <summary>The Unix socket on which everyone who can open it is an administrator; null for none.</summary>
    public string? SocketPath { get; init; }

    /// <summary>A loopback address to listen on as well; null for none. Port 0 takes any free one.</summary>
    public IPEndPoint? Loopback { get; init; }

    /// <summary>
    /// The keys for <see cref="Loopback"/>, which the caller owns: with them it speaks TLS and asks who is there. Null speaks plain HTTP
    /// and takes everyone for an administrator.
    /// </summary>
    public ApiKeys? Keys { get; init; }

    /// <summary>The SQLite file that holds every object; null keeps them in memory only.</summary>
    public string? DatabasePath { get; init; }

    /// <summary>How many writes of each kind a watcher may fall behind before it is told 410. At least 16.</summary>
    public int HistoryLength { get; init; } = 8192;

    /// <summary>The pods whose streams the server hands on; null has none.</summary>
    internal NodePods? Pods { get; init; }

    /// <summary>What is wrong with these options; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (SocketPath is null && Loopback is null) yield return "the API server has neither a socket nor an address to listen on";
        if (Loopback is not null && !IPAddress.IsLoopback(Loopback.Address))
            yield return $"the API server listens on loopback only, and {Loopback.Address} is not: give 127.0.0.1 or ::1";
        if (HistoryLength < 16) yield return $"a history of {HistoryLength} writes is too short: give at least 16";

        // The kernel's limit for the path of a Unix socket, with its closing zero.
        if (SocketPath?.Length > 107) yield return $"the socket path {SocketPath} is {SocketPath.Length} characters long: at most 107 fit";
    }
}
