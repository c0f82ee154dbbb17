using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Cases;
using Weir.Kql.Diagnostics;

namespace Weir.Cli.Query;

/// <summary><c>--batch</c>: an answer a line, in the order of the queries.</summary>
internal static class BatchWriter
{
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(QueryEngine engine, IEnumerable<QueryCase> queries, TextWriter output, CancellationToken cancellation)
    {
        foreach (var query in queries)
        {
            cancellation.ThrowIfCancellationRequested();
            await output.WriteLineAsync(Answer(engine, query, cancellation));
        }

        return 0;
    }

    /// <summary>A table as one line: id, columns, rows.</summary>
    public static string Json(string? id, QueryTable table) => Write(id, json => TableJson.Write(json, table));

    private static string Answer(QueryEngine engine, QueryCase query, CancellationToken cancellation)
    {
        try
        {
            var answer = engine.Run(query.Query, cancellation);
            if (answer.Problems.Length > 0) return Errors(query.Id, answer.Problems);
            return answer.Tables.IsEmpty ? Errors(query.Id, [new("WK002", "The query gives no table.", 0, query.Query.Length)]) : Json(query.Id, answer.Tables[0]);
        }
        catch (QueryFailedException e)
        {
            return Errors(query.Id, [new("WK003", e.Message, 0, query.Query.Length)]);
        }
    }

    private static string Errors(string id, IReadOnlyList<KqlDiagnostic> problems) => Write(id, json =>
    {
        json.WritePropertyName("error");
        Error(json, problems[0]);
        json.WriteStartArray("errors");
        foreach (var problem in problems) Error(json, problem);
        json.WriteEndArray();
    });

    private static void Error(Utf8JsonWriter json, KqlDiagnostic problem)
    {
        json.WriteStartObject();
        json.WriteString("code", problem.Code);
        json.WriteString("message", problem.Message);
        json.WriteNumber("start", problem.Start);
        json.WriteNumber("length", problem.Length);
        json.WriteEndObject();
    }

    private static string Write(string? id, Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, _plain))
        {
            json.WriteStartObject();
            if (id is not null) json.WriteString("id", id);
            body(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
