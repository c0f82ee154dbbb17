using System.Text.RegularExpressions;
using Weir.Policy.Reading;
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

    /// <summary>Makes rules ready.</summary>
    public RequestMatcher(L7Rules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _namesBySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _all = rules.IsUnrestricted;
        foreach (var alternative in rules.Alternatives)
        {
            foreach (var rule in alternative.Http) _http.Add(new HttpPattern(rule));
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
    /// <param name="header">Gives a header's value by its name in any case; null where the request has no such header.</param>
    public bool AllowsHttp(string method, string path, string host, Func<string, string?> header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (_all) return true;
        foreach (var pattern in _http)
        {
            if (pattern.Matches(method, path, host, header)) return true;
        }

        return false;
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

    private sealed class HttpPattern
    {
        private readonly HttpRule _rule;
        private readonly Regex? _method;
        private readonly Regex? _path;
        private readonly Regex? _host;
        private readonly bool _broken;

        public HttpPattern(HttpRule rule)
        {
            _rule = rule;
            _method = Compile(rule.Method, ref _broken);
            _path = Compile(rule.Path, ref _broken);
            _host = Compile(rule.Host, ref _broken);
        }

        public bool Matches(string method, string path, string host, Func<string, string?> header)
        {
            // A pattern that cannot be read matches nothing, so that nothing passes because of it.
            if (_broken) return false;
            if (_method?.IsMatch(method) == false || _path?.IsMatch(path) == false || _host?.IsMatch(host) == false) return false;
            foreach (var wanted in _rule.Headers)
            {
                var colon = wanted.IndexOf(':', StringComparison.Ordinal);
                var value = header(colon < 0 ? wanted.Trim() : wanted[..colon].Trim());
                if (value is null || (colon >= 0 && value != wanted[(colon + 1)..].Trim())) return false;
            }

            foreach (var match in _rule.HeaderMatches)
            {
                // With an action for a mismatch the request passes, and the proxy changes or logs the header.
                if (match.Mismatch.Length > 0) continue;
                var value = header(match.Name);
                if (value is null || (match.Value.Length > 0 && value != match.Value)) return false;
            }

            return true;
        }

        private static Regex? Compile(string? pattern, ref bool broken)
        {
            if (pattern is null) return null;
            if (LinearPattern.Check(pattern) is null) return LinearPattern.Compile(pattern);
            broken = true;
            return null;
        }
    }
}
