using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
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

    /// <summary>Writes the table of many objects, row by row: as a document it would take many times what is sent.</summary>
    public async Task WriteAsync(PipeWriter output, IEnumerable<JsonObject> documents, JsonObject metadata, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var head = Encoding.UTF8.GetBytes(Write([], metadata).ToJsonString(ApiJson.Options));
        output.Write(head.AsSpan(0, head.Length - "]}".Length)); // the rows are last
        await using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder, SkipValidation = true });
        var first = true;
        foreach (var document in documents)
        {
            if (!first) output.Write(","u8);
            first = false;
            WriteRow(writer, document, now);
            writer.Flush();
            writer.Reset();
            if (output.UnflushedBytes > ListWriter.PieceBytes) await output.FlushAsync(cancellation);
        }

        output.Write("]}"u8);
        await output.FlushAsync(cancellation);
    }

    private void WriteRow(Utf8JsonWriter writer, JsonObject document, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var column in _columns)
        {
            if (column.Cell(document, now) is { } cell) cell.WriteTo(writer);
            else writer.WriteNullValue();
        }

        writer.WriteEndArray();
        if (include == "Object")
        {
            writer.WritePropertyName("object");
            document.WriteTo(writer);
        }
        else if (include != "None")
        {
            writer.WriteStartObject("object");
            writer.WriteString("kind", "PartialObjectMetadata");
            writer.WriteString("apiVersion", "meta.k8s.io/v1");
            writer.WritePropertyName("metadata");
            if (document.Map("metadata") is { } meta) meta.WriteTo(writer);
            else writer.WriteNullValue();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
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
