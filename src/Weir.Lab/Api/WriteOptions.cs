using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api;

/// <summary>What the query of a write asks for.</summary>
/// <param name="DryRun">Whether to answer as if, and write nothing.</param>
/// <param name="FieldManager">Who owns the fields that are set; the client's own name when it gave none.</param>
/// <param name="Validation">What to do about fields that the kind does not have.</param>
/// <param name="Force">Whether an apply takes fields from their owners.</param>
internal sealed record WriteOptions(bool DryRun, string FieldManager, FieldValidation Validation, bool Force)
{
    private const int LongestManager = 128;

    /// <summary>Whether the client named itself for this write, which an apply must.</summary>
    public bool NamesManager { get; init; }

    /// <summary>What the client is told beside the answer.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Reads a query.</summary>
    /// <exception cref="ApiStatusException">A parameter is not understood (400).</exception>
    public static WriteOptions Read(HttpRequest request)
    {
        var query = request.Query;
        var dryRun = query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
            throw ApiFaults.BadRequest($"invalid dryRun: \"{dryRun}\": supported values: \"All\"");
        var manager = query["fieldManager"].ToString();
        var named = manager.Length > 0;
        if (!named) manager = request.Headers.UserAgent.ToString().Split('/')[0];
        var validation = query["fieldValidation"].ToString() switch
        {
            "" or "Warn" => FieldValidation.Warn,
            "Strict" => FieldValidation.Strict,
            "Ignore" => FieldValidation.Ignore,
            var other => throw ApiFaults.BadRequest(
                $"invalid fieldValidation: \"{other}\": supported values: \"Ignore\", \"Warn\", \"Strict\""),
        };
        if (manager.Length > LongestManager)
            throw ApiFaults.InvalidOptions(
                "PatchOptions", new FieldFault("fieldManager", "FieldValueTooLong", $"Too long: may not be more than {LongestManager} bytes"));
        return new WriteOptions(dryRun == "All", manager.Length > 0 ? manager : "unknown", validation, query["force"].ToString() == "true")
        {
            NamesManager = named,
        };
    }
}

/// <summary>What to do about fields that a kind does not have.</summary>
internal enum FieldValidation
{
    /// <summary>Say so in a header.</summary>
    Warn,

    /// <summary>Refuse.</summary>
    Strict,

    /// <summary>Nothing.</summary>
    Ignore,
}
