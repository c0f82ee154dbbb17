using System.Globalization;

namespace Weir.Workloads.Http;

/// <summary>An http or https address as a person types it.</summary>
/// <param name="IsSecure">https.</param>
/// <param name="Authority">Host, and port if one was written: what the Host header and the messages show.</param>
/// <param name="Host">The name or address alone.</param>
/// <param name="Port">As written, else 80 or 443.</param>
/// <param name="Target">Path and query, from the first slash on.</param>
public sealed record HttpUrl(bool IsSecure, string Authority, string Host, int Port, string Target)
{
    /// <summary>Reads it; http when no scheme is written. Null for another scheme or a bad port.</summary>
    public static HttpUrl? Parse(string text)
    {
        var secure = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0 && !secure && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return null;
        var rest = (scheme < 0 ? text : text[(scheme + 3)..]).Split('#')[0];
        var end = rest.IndexOfAny(['/', '?']);
        var authority = end < 0 ? rest : rest[..end];
        var target = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = authority.LastIndexOf(':');
        if (colon < authority.LastIndexOf(']')) colon = -1;
        var port = secure ? 443 : 80;
        if (colon >= 0 && (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)) return null;
        var host = (colon < 0 ? authority : authority[..colon]).Trim('[', ']');
        return host.Length == 0 ? null : new HttpUrl(secure, authority, host, port, target);
    }

    /// <summary>Where a Location header leads from here.</summary>
    public HttpUrl? Follow(string location) => location.StartsWith('/') ? this with { Target = location } : Parse(location);
}
