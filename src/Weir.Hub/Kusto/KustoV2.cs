using System.Globalization;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Hub.Kusto;

/// <summary>Answers of version 2: an array of frames.</summary>
/// <remarks>Source: Microsoft Learn, "Query V2 HTTP response". Never progressive, which every client accepts.</remarks>
internal static class KustoV2
{
    /// <summary>The extended property that tells from when on rows are single flows.</summary>
    public const string AggregatedBefore = "AggregatedBefore";

    private static readonly (string Name, KqlType Type)[] _properties = [("TableId", KqlType.Int), ("Key", KqlType.String), ("Value", KqlType.Dynamic)];

    private static readonly (string Name, KqlType Type)[] _completion =
    [
        ("Timestamp", KqlType.DateTime), ("ClientRequestId", KqlType.String), ("ActivityId", KqlType.Guid), ("SubActivityId", KqlType.Guid), ("ParentActivityId", KqlType.Guid),
        ("Level", KqlType.Int), ("LevelName", KqlType.String), ("StatusCode", KqlType.Int), ("StatusCodeName", KqlType.String), ("EventType", KqlType.Int),
        ("EventTypeName", KqlType.String), ("Payload", KqlType.String),
    ];

    /// <summary>Writes an answer.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="answer">The results; none when it failed while it ran.</param>
    /// <param name="call">The call.</param>
    /// <param name="failure">Why it failed while it ran; null when it did not.</param>
    public static void Write(Utf8JsonWriter json, QueryAnswer answer, KustoCall call, string? failure)
    {
        var tables = answer.Tables;
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("FrameType", "DataSetHeader");
        json.WriteBoolean("IsProgressive", false);
        json.WriteString("Version", "v2.0");
        json.WriteBoolean("IsFragmented", false);
        json.WriteString("ErrorReportingPlacement", "InData");
        json.WriteEndObject();

        Table(json, 0, "QueryProperties", "@ExtendedProperties", _properties, () =>
        {
            for (var i = 0; i < tables.Length; i++) Property(json, i + 1, "Visualization", Visualization.Text(tables[i].Render));
            if (answer.AggregatedBefore > 0) Property(json, 0, AggregatedBefore, CellJson.Instant(answer.AggregatedBefore));
        });
        for (var i = 0; i < tables.Length; i++) Result(json, i + 1, tables[i]);
        Table(json, tables.Length + 1, "QueryCompletionInformation", "QueryCompletionInformation", _completion, () =>
        {
            if (failure is not null) return;
            Completion(json, call, 4, "Info", 4, "QueryInfo", "{\"Count\":1,\"Text\":\"Query completed successfully\"}");
            if (answer.Note is { } note) Completion(json, call, 4, "Info", 4, "QueryInfo", $"{{\"Count\":1,\"Text\":{JsonSerializer.Serialize(note)}}}");
            Completion(json, call, 6, "Stats", 0, "QueryResourceConsumption", Resources(tables, call));
        });
        json.WriteStartObject();
        json.WriteString("FrameType", "DataSetCompletion");
        json.WriteBoolean("HasErrors", failure is not null);
        json.WriteBoolean("Cancelled", false);
        if (failure is not null)
        {
            json.WriteStartArray("OneApiErrors");
            KustoErrors.WriteFailure(json, failure, call);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Result(Utf8JsonWriter json, int id, QueryTable table) =>
        Table(json, id, "PrimaryResult", table.Name, [.. table.Columns.Select((Column c) => (c.Name, c.Type))], () =>
        {
            foreach (var row in table.Rows)
            {
                json.WriteStartArray();
                for (var i = 0; i < row.Length; i++) CellJson.Write(json, row[i], table.Columns[i].Type);
                json.WriteEndArray();
            }
        });

    private static void Table(Utf8JsonWriter json, int id, string kind, string name, IReadOnlyList<(string Name, KqlType Type)> columns, Action rows)
    {
        json.WriteStartObject();
        json.WriteString("FrameType", "DataTable");
        json.WriteNumber("TableId", id);
        json.WriteString("TableKind", kind);
        json.WriteString("TableName", name);
        json.WriteStartArray("Columns");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("ColumnName", column.Name);
            json.WriteString("ColumnType", column.Type.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("Rows");
        rows();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Property(Utf8JsonWriter json, int table, string key, string value)
    {
        json.WriteStartArray();
        json.WriteNumberValue(table);
        json.WriteStringValue(key);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Completion(Utf8JsonWriter json, KustoCall call, int level, string levelName, int type, string typeName, string payload)
    {
        json.WriteStartArray();
        json.WriteStringValue(call.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
        json.WriteStringValue(call.ClientRequestId);
        for (var i = 0; i < 3; i++) json.WriteStringValue(call.ActivityId);
        json.WriteNumberValue(level);
        json.WriteStringValue(levelName);
        json.WriteNumberValue(0);
        json.WriteStringValue("S_OK (0)");
        json.WriteNumberValue(type);
        json.WriteStringValue(typeName);
        json.WriteStringValue(payload);
        json.WriteEndArray();
    }

    private static string Resources(IReadOnlyList<QueryTable> tables, KustoCall call)
    {
        var rows = string.Join(",", tables.Select(t => $"{{\"table_row_count\":{t.Rows.Count.ToString(CultureInfo.InvariantCulture)}}}"));
        return $"{{\"ExecutionTime\":{call.Took.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture)},\"resource_usage\":{{}},\"dataset_statistics\":[{rows}]}}";
    }
}
