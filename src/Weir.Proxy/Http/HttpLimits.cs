namespace Weir.Proxy.Http;

/// <summary>How much of the proxy one HTTP client may take.</summary>
public sealed record HttpLimits
{
    /// <summary>The longest head of a request or response, in bytes. Default: 61,440, as Envoy's; at most 64,000.</summary>
    public int MaxHeadBytes { get; init; } = 60 * 1024;

    /// <summary>How long a request's head may take from its first byte to its last. Default: 15 s.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait for its next request. Default: 1 h.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long neither side of an exchange may send a byte. Default: 1 h, as Cilium's <c>http-request-timeout</c>.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most bytes of a refused request's body that are read so that the connection can be used further. Default: 1 MiB.</summary>
    public int MaxDrainBytes { get; init; } = 1 << 20;

    /// <summary>How long after an answer to what cannot be followed further is waited for the client to read it. Default: 2 s.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection to a server is kept for the next request. Default: 30 s.</summary>
    public TimeSpan PooledIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long after its last use a kept connection is given to a request that cannot be repeated; a server that closes at the same moment
    /// would lose it. Default: 2 s, below the 5 s after which common servers close.
    /// </summary>
    public TimeSpan PooledIdleForUnsafe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most connections that are kept for one pair of pod and server. Default: 256.</summary>
    public int MaxPooled { get; init; } = 256;

    /// <summary>The most concurrent streams of one HTTP/2 connection. Default: 1,000.</summary>
    public int MaxStreams { get; init; } = 1000;
}
