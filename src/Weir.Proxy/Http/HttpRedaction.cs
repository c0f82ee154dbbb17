namespace Weir.Proxy.Http;

/// <summary>What of a request is kept out of records, as Hubble's redaction settings.</summary>
public sealed record HttpRedaction
{
    /// <summary>What stands where something was.</summary>
    public const string Redacted = "HUBBLE_REDACTED";

    /// <summary>Whether anything is redacted but for <see cref="UserInfo"/>. Default: false.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether the URL's query is left out, where redaction is enabled. Default: false.</summary>
    public bool UrlQuery { get; init; }

    /// <summary>Whether a password in the URL is hidden, where redaction is enabled. Default: true.</summary>
    public bool UserInfo { get; init; } = true;

    /// <summary>Headers whose values are kept, where redaction is enabled; all others' are hidden. Empty: see <see cref="HeadersDenied"/>.</summary>
    public IReadOnlyCollection<string> HeadersAllowed { get; init; } = [];

    /// <summary>Headers whose values are hidden, where redaction is enabled and no list of allowed ones is given.</summary>
    public IReadOnlyCollection<string> HeadersDenied { get; init; } = [];

    /// <summary>Headers that are recorded at all, by name. Default: none but the request's id, as Cilium's.</summary>
    public IReadOnlyList<string> HeadersRecorded { get; init; } = ["x-request-id"];

    /// <summary>The URL of a record.</summary>
    /// <param name="scheme">http or https.</param>
    /// <param name="host">The host as sent; may be empty.</param>
    /// <param name="path">The path with its query.</param>
    public string Url(string scheme, string host, string path)
    {
        if (Enabled && UrlQuery && path.IndexOf('?', StringComparison.Ordinal) is var query and >= 0) path = path[..query];
        if (Enabled && UserInfo && host.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
            host = (host[..at].IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? $"{host[..colon]}:{Redacted}" : host[..at]) + host[at..];
        return $"{scheme}://{host}{path}";
    }

    /// <summary>The value of a header as it is recorded.</summary>
    public string Header(string name, string value)
    {
        if (!Enabled) return value;
        if (HeadersAllowed.Count > 0) return HeadersAllowed.Contains(name, StringComparer.OrdinalIgnoreCase) ? value : Redacted;
        return HeadersDenied.Contains(name, StringComparer.OrdinalIgnoreCase) ? Redacted : value;
    }

    /// <summary>The headers of a record.</summary>
    /// <param name="header">Gives a header's value; null where there is none.</param>
    internal IReadOnlyList<KeyValuePair<string, string>> Recorded(Func<string, string?> header)
    {
        List<KeyValuePair<string, string>>? recorded = null;
        for (var i = 0; i < HeadersRecorded.Count; i++)
        {
            var name = HeadersRecorded[i];
            if (header(name) is { } value) (recorded ??= []).Add(new(name, Header(name, value)));
        }

        return recorded ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }
}
