using Weir.Observe.Hubble;

namespace Weir.Hub.Metrics;

/// <summary>A node whose metrics the hub passes on.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Address">Where its agent serves them: a Unix socket, or host and port of <c>--metrics-address</c>.</param>
public sealed record MetricsNode(string Name, ServerAddress Address)
{
    /// <summary>Reads <c>NAME=unix:PATH</c> or <c>NAME=host:port</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static MetricsNode Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new FormatException($"'{text}' names no node; give NAME=host:port or NAME=unix:PATH.");
        return new MetricsNode(text[..equals], ServerAddress.Parse(text[(equals + 1)..]));
    }
}
