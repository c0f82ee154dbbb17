using System.Buffers;

namespace Weir.Model;

/// <summary>The header by which a request says which trace it belongs to (W3C Trace Context): <c>VERSION-TRACE-SPAN-FLAGS</c>.</summary>
public static class TraceParent
{
    /// <summary>The header's name.</summary>
    public const string HeaderName = "traceparent";

    private const int IdLength = 32;
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The trace's id, 32 hexadecimal digits; null where the header is malformed.</summary>
    public static string? IdIn(ReadOnlySpan<char> header)
    {
        var first = header.IndexOf('-');
        if (first < 0 || header.Length < first + IdLength + 4) return null;
        var id = header.Slice(first + 1, IdLength);
        return header[first + 1 + IdLength] == '-' && !id.ContainsAnyExcept(_digits) ? id.ToString() : null;
    }
}
