using System.Buffers;
using System.Text.RegularExpressions;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>One HTTP rule, made ready for matching, with the meaning that Cilium's agent and proxy give it. Immutable.</summary>
internal sealed class HttpPattern
{
    private static readonly SearchValues<char> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What says where a message ends and to whom it goes is not for a rule to change.
    private static readonly SearchValues<string> s_framing = SearchValues.Create(
        ["connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
        StringComparison.OrdinalIgnoreCase);

    private readonly Regex? _method;
    private readonly Regex? _path;
    private readonly Regex? _host;
    private readonly bool _broken;
    private readonly List<(string Name, string? Value)> _wanted = [];
    private readonly List<HeaderEdit> _actions = [];

    /// <summary>Makes a rule ready. One that cannot be held to fits nothing, so that nothing passes because of it.</summary>
    public HttpPattern(HttpRule rule)
    {
        _method = Compile(rule.Method, ref _broken);
        _path = Compile(rule.Path, ref _broken);
        _host = Compile(rule.Host, ref _broken);
        foreach (var wanted in rule.Headers)
        {
            // 'Name: value'; without a space the whole text is a name.
            var space = wanted.IndexOf(' ', StringComparison.Ordinal);
            _wanted.Add(space < 0 ? (wanted, null) : (wanted[..space].TrimEnd(':'), wanted[(space + 1)..]));
        }

        foreach (var match in rule.HeaderMatches)
        {
            // The value of a secret is not known here; a value beside it stands for one that cannot be read.
            if (match.Secret.Length > 0 && match.Value.Length == 0) _broken = true;
            if (KindOf(match.Mismatch) is not { } kind) _wanted.Add((match.Name, match.Value.Length == 0 ? null : match.Value));
            else if (kind == HeaderEditKind.Log || IsEditable(match)) _actions.Add(new HeaderEdit(kind, match.Name, match.Value));
            else _broken = true;
        }
    }

    /// <summary>Whether it may want headers edited.</summary>
    public bool HasEdits => _actions.Count > 0;

    /// <summary>Whether a request fits; if so, adds what is to be done to its headers.</summary>
    public bool Matches(string method, string path, string host, Func<string, string?> header, HeaderEdits edits)
    {
        if (_broken) return false;
        if (_method?.IsMatch(method) == false || _path?.IsMatch(path) == false || _host?.IsMatch(host) == false) return false;
        foreach (var (name, wanted) in _wanted)
        {
            if (edits.Apply(name, header(name)) is not { } value || (wanted is not null && value != wanted)) return false;
        }

        foreach (var action in _actions)
        {
            var value = edits.Apply(action.Name, header(action.Name));
            var matches = action.Value.Length == 0 ? value is not null : value == action.Value;
            if (!matches && !(action.Kind == HeaderEditKind.Delete && value is null)) edits.Add(action);
        }

        return true;
    }

    private static HeaderEditKind? KindOf(string mismatch) => mismatch switch
    {
        "LOG" => HeaderEditKind.Log,
        "ADD" => HeaderEditKind.Add,
        "DELETE" => HeaderEditKind.Delete,
        "REPLACE" => HeaderEditKind.Replace,
        _ => null,
    };

    private static bool IsEditable(HeaderMatch match) =>
        match.Name.Length > 0 && !match.Name.AsSpan().ContainsAnyExcept(s_token) && !s_framing.Contains(match.Name)
        && !match.Value.AsSpan().ContainsAnyExceptInRange(' ', '~') && match.Value.Trim() == match.Value;

    private static Regex? Compile(string? pattern, ref bool broken)
    {
        if (pattern is null) return null;
        if (LinearPattern.Check(pattern) is null) return LinearPattern.Compile(pattern);
        broken = true;
        return null;
    }
}
