namespace Weir.Model;

/// <summary>One HTTP request or response as a proxy saw it.</summary>
public sealed record HttpExchange
{
    /// <summary>Whether this is the response.</summary>
    public bool IsResponse { get; init; }

    /// <summary>The method, upper case as sent.</summary>
    public required string Method { get; init; }

    /// <summary>The absolute URL.</summary>
    public required string Url { get; init; }

    /// <summary><c>HTTP/1.1</c>, <c>HTTP/2</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The status; 0 in a request.</summary>
    public ushort Status { get; init; }

    /// <summary>Time from request to response; zero in a request.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The trace that the request belongs to (<c>traceparent</c>, W3C Trace Context): 32 hexadecimal digits; null where it carried none.</summary>
    public string? TraceId { get; init; }

    /// <summary>Header names and values that are recorded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init => field = value ?? []; } = [];
}
