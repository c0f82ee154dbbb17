namespace Weir.Workloads.Http;

/// <summary>Header lines up to the empty one.</summary>
internal static class HttpHeaders
{
    private const int Most = 200;

    /// <summary>Reads them; a line without a colon is skipped.</summary>
    /// <exception cref="InvalidDataException">More than 200.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> ReadAsync(WireReader reader, CancellationToken cancellation)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (await reader.LineAsync(cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
            if (headers.Count > Most) throw new InvalidDataException("More than 200 headers.");
        }

        return headers;
    }
}
