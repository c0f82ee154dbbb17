using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Hub.Kusto;

/// <summary>The answer to a command, made of words; and the same as KQL, for commands that are piped on.</summary>
internal static class CommandTable
{
    /// <summary>A table.</summary>
    /// <param name="columns">Names, a type behind a colon where it is not string: <c>Version:long</c>.</param>
    /// <param name="rows">The rows; text, whole numbers, bool, ticks for datetime, JSON for dynamic, null.</param>
    public static QueryTable Of(string columns, IEnumerable<object?[]> rows)
    {
        var made = columns.Split(' ').Select((text, i) =>
        {
            var parts = text.Split(':');
            return new Column(i, parts[0], parts.Length > 1 ? KqlTypes.Named(parts[1]) : KqlType.String);
        });
        return new QueryTable("Table_0", [.. made], [.. rows], null);
    }

    /// <summary>The table as a <c>datatable</c>.</summary>
    public static string Kql(QueryTable table)
    {
        var text = new StringBuilder("datatable(");
        text.AppendJoin(", ", table.Columns.Select(c => $"['{c.Name}']: {c.Type.Name()}"));
        text.Append(")[").AppendJoin(", ", table.Rows.SelectMany(r => r.Select((value, i) => Literal(value, table.Columns[i].Type)))).Append("] ");
        return text.ToString();
    }

    private static string Literal(object? value, KqlType type) => (value, type) switch
    {
        (null, KqlType.String) => "\"\"",
        (null, _) => $"{type.Name()}(null)",
        (string text, KqlType.Dynamic) => $"dynamic({text})",
        (string text, KqlType.Guid) => $"guid({text})",
        (string text, _) => JsonSerializer.Serialize(text),
        (long ticks, KqlType.DateTime) => $"datetime({new DateTime(ticks, DateTimeKind.Utc):o})",
        (bool yes, _) => yes ? "true" : "false",
        _ => $"{type.Name()}({System.Convert.ToString(value, CultureInfo.InvariantCulture)})",
    };
}
