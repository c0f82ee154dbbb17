using Weir.Proxy.Http;

namespace Weir.Proxy;

/// <summary>What <c>weir proxy</c> is told.</summary>
public sealed record ProxyOptions
{
    /// <summary>The node's run directory, which must exist: <c>proxy.json</c> and <c>proxy.lock</c> go there.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The port to take redirected TCP connections on. Default: 0, the port of the last run if it is free, else any.</summary>
    public ushort TcpPort { get; init; }

    /// <summary>The port to take redirected datagrams on. Default: 0, as for <see cref="TcpPort"/>.</summary>
    public ushort UdpPort { get; init; }

    /// <summary>
    /// The first port of upstream connections. Default: 61000, the first above Linux' own range for outgoing connections, so that
    /// no connection of the pod itself has the same addresses and ports.
    /// </summary>
    public ushort FirstUpstreamPort { get; init; } = 61_000;

    /// <summary>The last port of upstream connections. Default: 65535.</summary>
    public ushort LastUpstreamPort { get; init; } = 65_535;

    /// <summary>The firewall mark of every packet that the proxy sends. Default: 0xA00, by which the datapath knows it.</summary>
    public uint Mark { get; init; } = 0xA00;

    /// <summary>The most TCP connections at once; more are reset. Default: 16,384; from 1 to 1,000,000.</summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>The most UDP exchanges at once; datagrams that would open more are dropped. Default: 16,384; from 1 to 1,000,000.</summary>
    public int MaxExchanges { get; init; } = 16_384;

    /// <summary>The most TCP connections, and the most UDP exchanges, of one pod. Default: 4,096; from 1 to 1,000,000.</summary>
    public int MaxPerSource { get; init; } = 4_096;

    /// <summary>How long connecting to the original destination may take. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a byte either way a TCP connection is reset. Default: 1 h.</summary>
    public TimeSpan TcpIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After how long without a byte a connection that one side has closed is reset. Default: 2 min.</summary>
    public TimeSpan TcpHalfClosedIdle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What an HTTP client may take.</summary>
    public HttpLimits Http { get; init; } = new();

    /// <summary>What of an HTTP request is kept in records.</summary>
    public HttpRedaction Redaction { get; init; } = new();

    /// <summary>The most files that the process can come to hold: two sockets a connection, one an exchange, and those of its own.</summary>
    internal int MostFiles => (2 * MaxConnections) + MaxExchanges + 4_096;

    /// <summary>What is wrong with these options, as sentences; empty if nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Directory.Exists(RunDirectory))
            yield return $"The run directory '{RunDirectory}' does not exist; the agent and the proxy of a node share one, make it first.";
        if (FirstUpstreamPort < 1024 || LastUpstreamPort < FirstUpstreamPort + 15)
            yield return $"The upstream ports {FirstUpstreamPort} to {LastUpstreamPort} are no usable range; give at least 16 ports from 1024 on.";
        foreach (var (name, value) in new[] { (nameof(MaxConnections), MaxConnections), (nameof(MaxExchanges), MaxExchanges), (nameof(MaxPerSource), MaxPerSource) })
            if (value is < 1 or > 1_000_000) yield return $"{name} is {value}; give 1 to 1000000.";
        foreach (var (name, value) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(TcpIdle), TcpIdle), (nameof(TcpHalfClosedIdle), TcpHalfClosedIdle) })
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(30)) yield return $"{name} is {value}; give more than nothing and at most 30 days.";
    }
}
