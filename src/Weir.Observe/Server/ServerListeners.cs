using System.Net;
using Weir.Observe.Tls;

namespace Weir.Observe.Server;

/// <summary>Where a server listens: on a Unix socket, by TCP, or both.</summary>
public sealed record ServerListeners
{
    /// <summary>The path of a Unix socket; null for none. A file that a dead server left there is replaced. Whoever may open it is trusted.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>Addresses and ports; port 0 takes any.</summary>
    public IReadOnlyList<IPEndPoint> Tcp { get; init; } = [];

    /// <summary>The certificates that TCP is served with; null serves it without TLS, to everybody.</summary>
    public TlsMaterial? Tls { get; init; }

    /// <summary>Told of clients that were refused, as sentences.</summary>
    public Action<string> Report { get; init; } = _ => { };
}
