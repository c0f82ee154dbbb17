using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api;

/// <summary>What the query of a list or a watch asks for.</summary>
internal sealed record ListOptions
{
    /// <summary>The labels that are wanted.</summary>
    public required LabelSelector Labels { get; init; }

    /// <summary>The fields that are wanted.</summary>
    public required FieldSelector Fields { get; init; }

    /// <summary>Whether to go on with changes.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether the client understands bookmarks.</summary>
    public bool Bookmarks { get; init; }

    /// <summary>Whether a watch starts with what there is and marks where that ends.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>The revision to start from; null when the client named none.</summary>
    public long? Revision { get; init; }

    /// <summary>The most objects to return; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Where the last page ended; null for the first.</summary>
    public ContinueToken? Continue { get; init; }

    /// <summary>When a watch ends; null when the client left that to the server.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Reads a query.</summary>
    /// <exception cref="ApiStatusException">A parameter is not understood (400, 422).</exception>
    public static ListOptions Read(IQueryCollection query, ResourceKind kind, string name)
    {
        var fields = query["fieldSelector"].ToString();
        if (name.Length > 0) fields = $"metadata.name={name}" + (fields.Length > 0 ? "," + fields : "");
        return new ListOptions
        {
            Labels = LabelSelector.Parse(query["labelSelector"].ToString()),
            Fields = FieldSelector.Parse(fields, kind),
            Watch = Flag(query, "watch"),
            Bookmarks = Flag(query, "allowWatchBookmarks"),
            SendInitialEvents = Flag(query, "sendInitialEvents"),
            Revision = Number(query, "resourceVersion"),
            Limit = (int)Math.Clamp(Number(query, "limit") ?? 0, 0, int.MaxValue),
            Continue = ContinueToken.Read(query["continue"].ToString()),
            Timeout = Number(query, "timeoutSeconds") is > 0 and var s ? TimeSpan.FromSeconds(Math.Min(s, 86400)) : null,
        };
    }

    /// <summary>Whether both selectors take the object.</summary>
    public bool Wants(StoredObject stored) => Fields.Matches(stored) && Labels.Matches(stored);

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString() is "true" or "1";

    private static long? Number(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        throw ApiFaults.BadRequest($"invalid {name}: \"{text}\": expected a whole number, 0 or more");
    }
}
