using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Tables;

/// <summary>Shows objects as rows, for clients that print them.</summary>
/// <param name="kind">The kind.</param>
/// <param name="include">What each row carries beside its cells: <c>None</c>, <c>Metadata</c> or <c>Object</c>.</param>
/// <param name="time">The clock, for ages.</param>
internal sealed class TableWriter(ResourceKind kind, string include, TimeProvider time)
{
    private readonly IReadOnlyList<TableColumn> _columns = KindTables.Of(kind);
    private bool _defined;

    /// <summary>Whether a client's <c>Accept</c> asks for tables.</summary>
    public static bool IsWanted(string accept) => accept.Contains("as=Table;v=v1;g=meta.k8s.io", StringComparison.Ordinal);

    /// <summary>The table of some objects. Columns are defined in the first table of a stream only.</summary>
    public JsonObject Write(IEnumerable<JsonObject> documents, JsonObject metadata)
    {
        var now = time.GetUtcNow();
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = _defined ? null : new JsonArray([.. _columns.Select(c => (JsonNode)c.Definition())]),
            ["rows"] = new JsonArray([.. documents.Select(d => (JsonNode)Row(d, now))]),
        };
        _defined = true;
        return table;
    }

    private JsonObject Row(JsonObject document, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. _columns.Select(c => c.Cell(document, now))]) };
        if (include == "None") return row;
        row["object"] = include == "Object"
            ? document.DeepClone()
            : new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = document.Map("metadata")?.DeepClone(),
            };
        return row;
    }
}
