using System.CommandLine;
using System.CommandLine.Parsing;
using Weir.Proxy.Http;

namespace Weir.NodeProxy;

/// <summary>What of requests is kept out of flows, by Hubble's names for it (<c>hubble-redact-http-*</c>).</summary>
internal static class RedactionOptions
{
    private static readonly Option<bool> _query = new("--redact-http-urlquery") { Description = "Leave the query out of the URLs of flows" };
    private static readonly Option<bool> _userInfo = new("--redact-http-userinfo") { Description = "Hide passwords in the URLs of flows; =false shows them", DefaultValueFactory = _ => true };
    private static readonly Option<string[]> _allow = Names("--redact-http-headers-allow", "Hide the values of all headers in flows but these");
    private static readonly Option<string[]> _deny = Names("--redact-http-headers-deny", "Hide the values of these headers in flows");
    private static readonly Option<string[]> _recorded = Names("--record-http-headers", "The headers that are in flows at all; by default x-request-id");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [_query, _userInfo, _allow, _deny, _recorded];

    /// <summary>What is wrong with what the user chose, in a sentence; null where nothing is.</summary>
    public static string? Problem(SymbolResult command) =>
        command.GetResult(_allow) is { Implicit: false } && command.GetResult(_deny) is { Implicit: false }
            ? $"'{_allow.Name}' and '{_deny.Name}' exclude each other: give the headers to show, or those to hide."
            : null;

    /// <summary>What the user chose. Anything chosen turns redaction on.</summary>
    public static HttpRedaction Read(ParseResult parsed)
    {
        var (query, userInfo) = (parsed.GetValue(_query), parsed.GetValue(_userInfo));
        var (allow, deny, recorded) = (parsed.GetValue(_allow) ?? [], parsed.GetValue(_deny) ?? [], parsed.GetValue(_recorded) ?? []);
        var given = (Option[])[_query, _userInfo, _allow, _deny];
        var redaction = new HttpRedaction
        {
            Enabled = Array.Exists(given, o => parsed.GetResult(o) is { Implicit: false }),
            UrlQuery = query,
            UserInfo = userInfo,
            HeadersAllowed = allow,
            HeadersDenied = deny,
        };
        return recorded.Length == 0 ? redaction : redaction with { HeadersRecorded = recorded };
    }

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description + ", as authorization,cookie",
        CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };
}
