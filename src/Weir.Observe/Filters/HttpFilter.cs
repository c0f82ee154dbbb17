using System.Globalization;
using Weir.Model;
using Weir.Observe.Wire.Flows;
using Flow = Weir.Model.Flow;

namespace Weir.Observe.Filters;

/// <summary>The fields of Hubble's filter that ask about HTTP.</summary>
internal static class HttpFilter
{
    /// <exception cref="FilterException">A value makes no sense, or only events that are no requests are asked for.</exception>
    public static void Add(FlowFilter filter, List<FlowPredicate> all)
    {
        var asks = filter.HttpMethod.Count + filter.HttpStatusCode.Count + filter.HttpUrl.Count + filter.HttpPath.Count + filter.HttpHeader.Count > 0;
        if (asks && filter.EventType.Count > 0 && filter.EventType.All(e => e.Type != (int)FlowKind.L7))
            throw new FilterException("http_*: only events of type l7 (129) are HTTP; leave event_type out, or add l7.");
        FilterCompiler.Any(filter.HttpMethod, m => m, (in Flow f, string m) => f.Http is { } h && h.Method.Equals(m, StringComparison.OrdinalIgnoreCase), all);
        FilterCompiler.Any(filter.HttpStatusCode, StatusPrefix, (in Flow f, string p) => IsStatus(f, p), all);
        FilterCompiler.Any(filter.HttpUrl, p => NamePattern.OfRegex("http_url", p), (in Flow f, Func<string, bool> m) => f.Http is { } h && m(h.Url), all);
        FilterCompiler.Any(filter.HttpPath, p => NamePattern.OfRegex("http_path", p), (in Flow f, Func<string, bool> m) => f.Http is { } h && m(PathOf(h.Url)), all);
        FilterCompiler.Any(filter.HttpHeader, w => w, (in Flow f, HTTPHeader w) => HasHeader(f, w), all);
    }

    // "404" is one status; "4+" and "40+" are all that begin so.
    private static string StatusPrefix(string text)
    {
        var prefix = text.EndsWith('+') ? text[..^1] : text;
        var isShort = text.EndsWith('+') ? prefix.Length is 1 or 2 : prefix.Length == 3;
        return isShort && prefix.All(char.IsAsciiDigit) && prefix[0] is >= '1' and <= '5'
            ? prefix
            : throw new FilterException($"http_status_code: '{text}' is no status; give 404, or 4+ for all that begin with 4.");
    }

    private static bool IsStatus(in Flow flow, string prefix)
    {
        if (flow.Http is not { Status: > 0 } http) return false;
        Span<char> digits = stackalloc char[5];
        http.Status.TryFormat(digits, out var length, "000", CultureInfo.InvariantCulture);
        return digits[..length].StartsWith(prefix, StringComparison.Ordinal);
    }

    private static bool HasHeader(in Flow flow, HTTPHeader wanted)
    {
        if (flow.Http is not { } http) return false;
        foreach (var (key, value) in http.Headers)
        {
            if (key.Equals(wanted.Key, StringComparison.OrdinalIgnoreCase) && value == wanted.Value) return true;
        }

        return false;
    }

    private static string PathOf(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var path = url.IndexOf('/', scheme < 0 ? 0 : scheme + 3);
        if (path < 0) return "/";
        var end = url.IndexOfAny(['?', '#'], path);
        return end < 0 ? url[path..] : url[path..end];
    }
}
