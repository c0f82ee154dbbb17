using System.Globalization;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Hub.Kusto;

/// <summary>Answers of version 1: tables, the last of which lists the others.</summary>
/// <remarks>Source: Microsoft Learn, "Query/management HTTP response".</remarks>
internal static class KustoV1
{
    private static readonly Column[] _properties = Columns(("Value", KqlType.String));

    private static readonly Column[] _status = Columns(
        ("Timestamp", KqlType.DateTime), ("Severity", KqlType.Int), ("SeverityName", KqlType.String), ("StatusCode", KqlType.Int), ("StatusDescription", KqlType.String),
        ("Count", KqlType.Int), ("RequestId", KqlType.Guid), ("ActivityId", KqlType.Guid), ("SubActivityId", KqlType.Guid), ("ClientActivityId", KqlType.String));

    private static readonly Column[] _contents = Columns(
        ("Ordinal", KqlType.Long), ("Kind", KqlType.String), ("Name", KqlType.String), ("Id", KqlType.String), ("PrettyName", KqlType.String));

    /// <summary>The answer to a command: one table.</summary>
    public static void WriteCommand(Utf8JsonWriter json, QueryTable table) => Write(json, [table with { Name = "Table_0" }]);

    /// <summary>The answer to a query.</summary>
    public static void WriteQuery(Utf8JsonWriter json, QueryAnswer answer, KustoCall call)
    {
        var results = answer.Tables;
        var status = new List<object?[]> { Status(call, "Query completed successfully") };
        if (answer.Note is { } note) status.Add(Status(call, note));
        var all = new List<QueryTable>(results)
        {
            new("", [.. _properties], [.. results.Select(r => new object?[] { Visualization.Text(r.Render) })], null),
            new("", [.. _status], status, null),
        };
        var rows = all.Select((t, i) => new object?[]
        {
            (long)i, i < results.Length ? "QueryResult" : i == results.Length ? "QueryProperties" : "QueryStatus",
            i < results.Length ? results[i].Name : i == results.Length ? "@ExtendedProperties" : "QueryStatus", Guid.NewGuid().ToString(), "",
        }).ToList();
        all.Add(new QueryTable("", [.. _contents], rows, null));
        Write(json, [.. all.Select((t, i) => t with { Name = "Table_" + i.ToString(CultureInfo.InvariantCulture) })]);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<QueryTable> tables)
    {
        json.WriteStartObject();
        json.WriteStartArray("Tables");
        foreach (var table in tables)
        {
            json.WriteStartObject();
            json.WriteString("TableName", table.Name);
            json.WriteStartArray("Columns");
            foreach (var column in table.Columns)
            {
                json.WriteStartObject();
                json.WriteString("ColumnName", column.Name);
                json.WriteString("DataType", KustoTypes.DataType(column.Type));
                json.WriteString("ColumnType", column.Type.Name());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("Rows");
            foreach (var row in table.Rows)
            {
                json.WriteStartArray();
                for (var i = 0; i < row.Length; i++) CellJson.Write(json, row[i], table.Columns[i].Type);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static object?[] Status(KustoCall call, string text)
    {
        var id = call.ActivityId.ToString();
        return [call.At.UtcTicks, 4, "Info", 0, text, 1, id, id, id, call.ClientRequestId];
    }

    private static Column[] Columns(params (string Name, KqlType Type)[] columns) => [.. columns.Select((c, i) => new Column(i, c.Name, c.Type))];
}
