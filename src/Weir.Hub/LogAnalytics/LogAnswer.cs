using System.Globalization;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.Hub.Kusto;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Hub.Server;

namespace Weir.Hub.LogAnalytics;

/// <summary>Answers of the Log Analytics query API.</summary>
/// <remarks>Source: Microsoft Learn, "Azure Monitor Logs API: response format" and "errors". Dynamic cells are JSON in a text.</remarks>
internal static class LogAnswer
{
    /// <summary>Writes tables, and what was preferred besides.</summary>
    public static void Write(Utf8JsonWriter json, QueryAnswer answer, LogPreferences preferences, TimeSpan took)
    {
        var tables = answer.Tables;
        json.WriteStartObject();
        json.WriteStartArray("tables");
        for (var i = 0; i < tables.Length; i++) Table(json, i == 0 ? "PrimaryResult" : tables[i].Name, tables[i]);
        json.WriteEndArray();
        if (preferences.Statistics) Statistics(json, answer, took);
        if (preferences.Render) Render(json, tables.Select(t => t.Render).FirstOrDefault(r => r is not null));
        json.WriteEndObject();
    }

    /// <summary>Writes a query's problem.</summary>
    public static void WriteProblem(Utf8JsonWriter json, KqlDiagnostic problem, string text)
    {
        var (line, column) = problem.Position(text);
        Begin(json, "BadArgumentError", "The request had some invalid properties");
        json.WriteStartObject("innererror");
        json.WriteString("code", KqlProblem.IsSyntax(problem) ? "SyntaxError" : "SemanticError");
        json.WriteString("message", KqlProblem.IsSyntax(problem) ? "A syntax error occurred." : "A semantic error occurred.");
        json.WriteStartObject("innererror");
        json.WriteString("code", KqlProblem.Code(problem));
        json.WriteString("message", KqlProblem.Sentence(problem));
        json.WriteNumber("line", line);
        json.WriteNumber("pos", column - 1);
        json.WriteString("token", KqlProblem.Token(problem, text));
        json.WriteEndObject();
        json.WriteEndObject();
        End(json);
    }

    /// <summary>Writes an error without a place in the query.</summary>
    public static void WriteError(Utf8JsonWriter json, string code, string message)
    {
        Begin(json, code, message);
        End(json);
    }

    private static void Begin(Utf8JsonWriter json, string code, string message)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("code", code);
        json.WriteString("correlationId", Guid.NewGuid());
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Table(Utf8JsonWriter json, string name, QueryTable table)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        TableJson.Write(json, table, TableJson.DynamicForm.Text);
        json.WriteEndObject();
    }

    private static void Statistics(Utf8JsonWriter json, QueryAnswer answer, TimeSpan took)
    {
        json.WriteStartObject("statistics");
        json.WriteStartObject("query");
        json.WriteNumber("executionTime", Math.Round(took.TotalSeconds, 7));
        if (answer.Note is { } note)
        {
            json.WriteString("aggregatedBefore", CellJson.Instant(answer.AggregatedBefore));
            json.WriteString("note", note);
        }

        json.WriteStartArray("datasetStatistics");
        foreach (var table in answer.Tables)
        {
            json.WriteStartObject();
            json.WriteNumber("tableRowCount", table.Rows.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Render(Utf8JsonWriter json, RenderRequest? render)
    {
        json.WriteStartObject("render");
        json.WriteString("visualization", render?.Chart ?? "table");
        foreach (var name in (string[])["title", "xColumn", "series", "yColumns", "anomalyColumns", "xTitle", "yTitle", "xAxis", "yAxis", "legend", "ySplit"])
        {
            if (Visualization.Property(render, name) is { } value) json.WriteString(name, value);
            else json.WriteNull(name);
        }

        json.WriteBoolean("accumulate", Visualization.Property(render, "accumulate") == "true");
        json.WriteBoolean("isQuerySorted", false);
        json.WriteString("kind", Visualization.Property(render, "kind") ?? "default");
        foreach (var name in (string[])["ymin", "ymax", "xmin", "xmax"])
        {
            if (double.TryParse(Visualization.Property(render, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) && double.IsFinite(bound)) json.WriteNumber(name, bound);
            else json.WriteString(name, "NaN");
        }

        json.WriteEndObject();
    }
}
