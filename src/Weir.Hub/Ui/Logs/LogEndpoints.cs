using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Hub.Kusto;
using Weir.Hub.Server;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Session;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Hub.Ui.Logs;

/// <summary><c>/ui/api/query</c> and what the editor of queries needs besides.</summary>
/// <param name="gate">The way in.</param>
/// <param name="queries">Answers.</param>
/// <param name="store">Which of its rows are aggregates.</param>
internal sealed class LogEndpoints(UiGate gate, StoreQueries queries, FlowStore store)
{
    private const string TimeColumn = "TimeGenerated";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Post(routes, "/ui/api/query", QueryAsync);
        gate.Post(routes, "/ui/api/query/export", ExportAsync);
        gate.Get(routes, "/ui/api/schema", SchemaAsync);
        gate.Get(routes, "/ui/api/gallery", GalleryAsync);
    }

    private async Task QueryAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var (request, answer) = await AskAsync(context);
        if (answer.Problems.Length > 0)
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, json => WriteProblems(json, answer, request.Text));
            return;
        }

        // A query with several statements answers with the last one's table, as Kusto's own tools show it.
        var table = answer.Tables[^1];
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            TableJson.Write(json, table);
            if (table.Render is { } render) WriteRender(json, render);
            WriteStats(json, request, table.Rows.Count, Stopwatch.GetElapsedTime(started));
            json.WriteEndObject();
        });
    }

    private async Task ExportAsync(HttpContext context)
    {
        var format = context.Request.Query["format"].ToString();
        if (format is not ("csv" or "json" or "parquet")) throw new UiProblem($"'format' is '{format}'; give csv, json or parquet.");
        var (request, answer) = await AskAsync(context);
        if (answer.Problems.Length > 0)
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, json => WriteProblems(json, answer, request.Text));
            return;
        }

        var table = answer.Tables[^1];
        context.Response.ContentType = format switch { "csv" => "text/csv; charset=utf-8", "json" => "application/json; charset=utf-8", _ => "application/vnd.apache.parquet" };
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"flows.{format}\"";
        var bytes = format switch { "csv" => Csv(table), "json" => Json(table), _ => Parquet(table) };
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task<(QueryRequest Request, QueryAnswer Answer)> AskAsync(HttpContext context)
    {
        using var body = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
        var text = BodyReader.Text(body.RootElement, "query");
        if (string.IsNullOrWhiteSpace(text)) throw new UiProblem("The query is empty.");
        var request = QueryRequest.Of(text) with
        {
            From = FlowTime.Read("from", BodyReader.Text(body.RootElement, "from"))?.UtcTicks,
            Until = FlowTime.Read("to", BodyReader.Text(body.RootElement, "to"))?.UtcTicks,
        };
        return (request, await queries.RunAsync(request, context.RequestAborted));
    }

    private static void WriteProblems(Utf8JsonWriter json, QueryAnswer answer, string text)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", KqlProblem.Code(answer.Problems[0]));
        json.WriteString("message", KqlProblem.Sentence(answer.Problems[0]));
        json.WriteStartArray("errors");
        foreach (var problem in answer.Problems)
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteString("message", problem.Message);
            if (problem.Hint is { } hint) json.WriteString("hint", hint);
            json.WriteNumber("start", Math.Min(problem.Start, text.Length));
            json.WriteNumber("length", problem.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRender(Utf8JsonWriter json, RenderRequest render)
    {
        json.WriteStartObject("render");
        json.WriteString("visualization", render.Chart);
        foreach (var (name, property) in ((string, string)[])[("title", "Title"), ("xColumn", "XColumn"), ("kind", "Kind")])
            if (Visualization.Property(render, property) is { } value) json.WriteString(name, value);
        foreach (var (name, property) in ((string, string)[])[("yColumns", "YColumns"), ("series", "Series")])
        {
            if (Visualization.Property(render, property) is not { } value) continue;
            json.WriteStartArray(name);
            foreach (var column in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) json.WriteStringValue(column);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteStats(Utf8JsonWriter json, QueryRequest request, int rows, TimeSpan elapsed)
    {
        using var snapshot = store.Hold();
        var (from, until) = (request.From ?? long.MinValue, request.Until ?? long.MaxValue);
        var read = snapshot.Manifest.Segments.Where(s => s.Until >= from && s.From <= until).ToList();
        var hasAggregates = read.Exists(s => s.IsAggregate);
        json.WriteStartObject("stats");
        json.WriteNumber("elapsedMs", Math.Round(elapsed.TotalMilliseconds, 1));
        json.WriteNumber("rows", rows);
        json.WriteNumber("bytes", read.Sum(s => s.Bytes));
        json.WriteString("tier", !hasAggregates ? "raw" : read.Exists(s => !s.IsAggregate) ? "both" : "aggregated");
        if (hasAggregates) json.WriteString("aggregatedBefore", new DateTime(snapshot.Manifest.RawFrom, DateTimeKind.Utc));
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Csv(QueryTable table)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(c => Quoted(c.Name))).Append("\r\n");
        foreach (var row in table.Rows) text.AppendJoin(',', row.Select((cell, i) => Quoted(CellJson.Text(cell, table.Columns[i].Type)))).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // RFC 4180. What a spreadsheet would take for a formula gets a quote in front, which it takes for a text.
    private static string Quoted(string value)
    {
        if (value.Length > 0 && value[0] is '=' or '+' or '@' or '\t' || (value.Length > 1 && value[0] == '-' && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))) value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static ReadOnlyMemory<byte> Json(QueryTable table) => JsonAnswer.Bytes(json =>
    {
        json.WriteStartArray();
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            for (var i = 0; i < table.Columns.Length; i++)
            {
                json.WritePropertyName(table.Columns[i].Name);
                CellJson.Write(json, row[i], table.Columns[i].Type);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Parquet(QueryTable table)
    {
        var folder = Directory.CreateTempSubdirectory("weir-export");
        try
        {
            var file = Path.Combine(folder.FullName, "answer.parquet");
            TableParquet.Write(table, file);
            return File.ReadAllBytes(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task SchemaAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("database", QueryEngine.Catalog.Database);
        json.WriteStartArray("tables");
        foreach (var table in QueryEngine.Catalog.Tables)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteString("docstring", "The flows that ContainerNetworkLog chose to keep, one row each.");
            json.WriteStartArray("columns");
            foreach (var (name, type) in table.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("type", type.Name());
                if (name == TimeColumn) json.WriteString("docstring", "When the flow was seen, UTC.");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("functions");
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Task GalleryAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray();
        foreach (var query in Gallery.All)
        {
            json.WriteStartObject();
            json.WriteString("id", query.Id);
            json.WriteString("title", query.Title);
            json.WriteString("description", query.Description);
            json.WriteString("query", query.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
