using Weir.Observe.Tls;

namespace Weir.Observe.Relay;

/// <summary>How a relay works.</summary>
public sealed record RelayOptions
{
    /// <summary>The version that it reports.</summary>
    public required string Version { get; init; }

    /// <summary>How it speaks TLS with nodes; null for no TLS. The name that is expected is the one that the peer service gives.</summary>
    public TlsMaterial? Tls { get; init; }

    /// <summary>Who lists the nodes: the first that answers is followed. Each <c>host:port</c> or <c>unix:PATH</c>; empty where the nodes are given.</summary>
    public IReadOnlyList<string> PeerServices { get; init; } = [];

    /// <summary>The name that the peer services' certificates have to have; null for the address.</summary>
    public string? PeerServiceName { get; init; }

    /// <summary>How long a flow waits for earlier ones of nodes that are silent. Default: 500 ms.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a node may take to answer a question that is no stream. Default: 5 s.</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first pause before a node that does not answer is tried again; it doubles up to <see cref="LongestPause"/>. Default: 1 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default: 60 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told what goes wrong and right again, as sentences.</summary>
    public Action<string> Report { get; init; } = _ => { };
}
