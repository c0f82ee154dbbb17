using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>Decides what is said on a redirected connection: the rules of an entry, made ready for matching.</summary>
/// <remarks>Immutable and safe from any thread. Matching takes time linear in the value.</remarks>
public sealed class RequestMatcher
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _namesBySpan;
    private readonly List<NamePattern> _patterns = [];
    private readonly List<HttpPattern> _http = [];
    private readonly List<NamePattern> _serverNames = [];
    private readonly bool _all;
    private readonly bool _edits;

    /// <summary>Makes rules ready.</summary>
    public RequestMatcher(L7Rules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _namesBySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _all = rules.IsUnrestricted;
        foreach (var alternative in rules.Alternatives)
        {
            foreach (var rule in alternative.Http)
            {
                _http.Add(new HttpPattern(rule));
                _edits |= _http[^1].HasEdits;
            }

            foreach (var name in alternative.Dns)
            {
                if (name.IsPattern) _patterns.Add(name);
                else _names.Add(NamePattern.Normalise(name.Text));
            }

            foreach (var name in alternative.ServerNames) _serverNames.Add(new NamePattern(name, name.Contains('*', StringComparison.Ordinal)));
        }
    }

    /// <summary>Whether a request passes.</summary>
    /// <param name="method">The method as sent.</param>
    /// <param name="path">The path as sent, with its query string.</param>
    /// <param name="host">The host as sent; empty where there is none.</param>
    /// <param name="header">Gives a header's value by its name in any case, several joined by commas; null where the request has no such header.</param>
    /// <param name="edits">Receives, behind what it has, what the rules that fit want done to headers. Where one rule says so, all are asked.</param>
    public bool AllowsHttp(string method, string path, string host, Func<string, string?> header, HeaderEdits edits)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(edits);
        var passes = _all;
        foreach (var pattern in _http)
        {
            if (passes && !_edits) break;
            passes |= pattern.Matches(method, path, host, header, edits);
        }

        return passes;
    }

    /// <summary>Whether a name may be asked for.</summary>
    public bool AllowsDns(string name) => AllowsDns(NamePattern.Normalise(name).AsSpan());

    /// <summary>As <see cref="AllowsDns(string)"/>, for a name in lower case without its final dot. Allocates nothing; names cost one look, patterns one each.</summary>
    public bool AllowsDns(ReadOnlySpan<char> normalName)
    {
        if (_all || _namesBySpan.Contains(normalName)) return true;
        foreach (var pattern in _patterns)
        {
            if (pattern.MatchesNormal(normalName)) return true;
        }

        return false;
    }

    /// <summary>Whether a TLS connection may be opened to a server of this name; an empty name (none sent) matches no rule.</summary>
    public bool AllowsServerName(string name)
    {
        if (_all) return true;
        return name.Length > 0 && _serverNames.Exists(p => p.Matches(name));
    }
}
