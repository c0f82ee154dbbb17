using System.Text.Json;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Tables as JSON: <c>columns</c> of <c>{name, type}</c> and <c>rows</c> of cells, as members of an object that the caller opened.</summary>
public static class TableJson
{
    /// <summary>How a dynamic cell is written.</summary>
    public enum DynamicForm
    {
        /// <summary>As the JSON that it is.</summary>
        Json,

        /// <summary>As a text that holds the JSON.</summary>
        Text,
    }

    /// <summary>Writes both members.</summary>
    /// <exception cref="QueryFailedException">A dynamic cell is no JSON.</exception>
    public static void Write(Utf8JsonWriter json, QueryTable table, DynamicForm form = DynamicForm.Json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(table);
        json.WriteStartArray("columns");
        foreach (var column in table.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("type", column.Type.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            json.WriteStartArray();
            for (var i = 0; i < row.Length; i++)
            {
                var type = table.Columns[i].Type;
                CellJson.Write(json, row[i], form == DynamicForm.Text && type == KqlType.Dynamic ? KqlType.String : type);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
