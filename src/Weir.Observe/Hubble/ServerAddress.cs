using System.Globalization;

namespace Weir.Observe.Hubble;

/// <summary>Where an observer is, as users write it.</summary>
/// <param name="UnixSocket">The path of its Unix socket; null where it is reached by TCP.</param>
/// <param name="Host">Its name or address; empty for a Unix socket.</param>
/// <param name="Port">Its port.</param>
/// <param name="WantsTls">Whether the address itself asks for TLS (<c>tls://</c>).</param>
public sealed record ServerAddress(string? UnixSocket, string Host, int Port, bool WantsTls)
{
    /// <summary>The port of a relay, which is what users mean when they name none.</summary>
    public const int DefaultPort = 4245;

    /// <summary>Reads <c>host:port</c>, <c>tls://host:port</c>, <c>unix:PATH</c> or <c>unix:///PATH</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = text["unix:".Length..];
            while (path.StartsWith("//", StringComparison.Ordinal)) path = path[1..];
            return path.Length > 0 ? new ServerAddress(path, "", 0, false) : throw Wrong(text);
        }

        var isTls = text.StartsWith("tls://", StringComparison.Ordinal);
        var rest = isTls ? text["tls://".Length..] : text;
        var colon = rest.LastIndexOf(':');
        var isPortless = colon < 0 || rest.EndsWith(']') || rest.IndexOf(':', StringComparison.Ordinal) < colon && !rest.StartsWith('[');
        var host = (isPortless ? rest : rest[..colon]).Trim('[', ']');
        var port = DefaultPort;
        if (host.Length == 0 || host.Contains('/', StringComparison.Ordinal)) throw Wrong(text);
        if (!isPortless && (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)) throw Wrong(text);
        return new ServerAddress(null, host, port, isTls);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (UnixSocket is not null) return $"unix://{UnixSocket}";
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
    }

    private static FormatException Wrong(string text) => new($"'{text}' is no address of an observer; give host:port, tls://host:port or unix:PATH.");
}
