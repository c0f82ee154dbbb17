using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Query;
using Weir.Hub.Server;
using Weir.Kql.Types;

namespace Weir.Hub.LogAnalytics;

/// <summary>The Log Analytics query API: <c>/v1/workspaces/{id}/query</c>, <c>/v1/{resource}/query</c>, <c>/v1/$batch</c>. Every workspace is the one that there is.</summary>
internal sealed class LogEndpoints(StoreQueries queries, BearerToken token)
{
    private const int MaxBatch = 100;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["GET", "POST"])
        {
            routes.MapMethods("/v1/workspaces/{id}/query", [method], QueryAsync);
            routes.MapMethods("/v1/subscriptions/{**resource}", [method], QueryAsync);
        }

        routes.MapPost("/v1/$batch", BatchAsync);
        routes.MapGet("/v1/workspaces/{id}/metadata", MetadataAsync);
    }

    private async Task QueryAsync(HttpContext context)
    {
        if (!await IsLetInAsync(context)) return;
        var request = context.Request;
        if (request.Path.StartsWithSegments("/v1/subscriptions", StringComparison.OrdinalIgnoreCase) && !request.Path.Value!.EndsWith("/query", StringComparison.OrdinalIgnoreCase))
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status404NotFound, json => LogAnswer.WriteError(json, "PathNotFoundError", "The requested path does not exist"));
            return;
        }

        var preferences = LogPreferences.Parse(request.Headers["Prefer"].ToString());
        var (text, timespan) = (request.Query["query"].ToString(), request.Query["timespan"].ToString());
        var (status, body) = await Guarded(async () =>
        {
            var span = Timespan.Parse(timespan, queries.Time.GetUtcNow());
            if (HttpMethods.IsPost(request.Method))
            {
                using var document = await BodyReader.ReadAsync(request, context.RequestAborted);
                (text, var inner) = Read(document.RootElement);
                span = span.And(inner);
            }

            return await AnswerAsync(text, span, preferences, context.RequestAborted);
        });
        await JsonAnswer.WriteAsync(context, status, body);
    }

    private async Task BatchAsync(HttpContext context)
    {
        if (!await IsLetInAsync(context)) return;
        var answers = new List<(string Id, int Status, Action<Utf8JsonWriter> Body)>();
        var (status, fault) = await Guarded(async () =>
        {
            using var document = await BodyReader.ReadAsync(context.Request, context.RequestAborted);
            var requests = BodyReader.Member(document.RootElement, "requests");
            if (requests.ValueKind != JsonValueKind.Array || requests.GetArrayLength() > MaxBatch) throw new BadRequestException($"'requests' must be an array of at most {MaxBatch}.");
            foreach (var one in requests.EnumerateArray()) answers.Add(await OneAsync(one, context));
            return (StatusCodes.Status200OK, _ => { });
        });
        await JsonAnswer.WriteAsync(context, status, status != StatusCodes.Status200OK ? fault : json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("responses");
            foreach (var answer in answers)
            {
                json.WriteStartObject();
                json.WriteString("id", answer.Id);
                json.WriteNumber("status", answer.Status);
                json.WriteStartObject("headers");
                json.WriteEndObject();
                json.WritePropertyName("body");
                answer.Body(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<(string Id, int Status, Action<Utf8JsonWriter> Body)> OneAsync(JsonElement request, HttpContext context)
    {
        var headers = BodyReader.Member(request, "headers");
        var preferences = LogPreferences.Parse(BodyReader.Text(headers, "Prefer") ?? context.Request.Headers["Prefer"].ToString());
        var (status, body) = await Guarded(async () =>
        {
            var (text, span) = Read(BodyReader.Member(request, "body"));
            return await AnswerAsync(text, span, preferences, context.RequestAborted);
        });
        return (BodyReader.Text(request, "id") ?? "", status, body);
    }

    private (string Text, Timespan Span) Read(JsonElement body) =>
        (BodyReader.Text(body, "query") ?? throw new BadRequestException("The body has no 'query'."), Timespan.Parse(BodyReader.Text(body, "timespan"), queries.Time.GetUtcNow()));

    private async Task<(int Status, Action<Utf8JsonWriter> Body)> AnswerAsync(string text, Timespan span, LogPreferences preferences, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new BadRequestException("The query is empty.");
        var started = Stopwatch.GetTimestamp();
        var request = QueryRequest.Of(text) with { Time = preferences.Time };
        if (span.IsBound) request = request with { From = span.From, Until = span.Until };
        var answer = await queries.RunAsync(request, cancellation);
        return answer.Problems.Length > 0
            ? (StatusCodes.Status400BadRequest, json => LogAnswer.WriteProblem(json, answer.Problems[0], text))
            : (StatusCodes.Status200OK, json => LogAnswer.Write(json, answer, preferences, Stopwatch.GetElapsedTime(started)));
    }

    private static async Task<(int Status, Action<Utf8JsonWriter> Body)> Guarded(Func<Task<(int Status, Action<Utf8JsonWriter> Body)>> answer)
    {
        try
        {
            return await answer();
        }
        catch (BadRequestException e)
        {
            return (StatusCodes.Status400BadRequest, json => LogAnswer.WriteError(json, "BadArgumentError", e.Message));
        }
        catch (QueryFailedException e)
        {
            return (StatusCodes.Status504GatewayTimeout, json => LogAnswer.WriteError(json, "QueryExecutionError", e.Message));
        }
    }

    private async Task MetadataAsync(HttpContext context)
    {
        if (!await IsLetInAsync(context)) return;
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("tables");
            foreach (var table in QueryEngine.Catalog.Tables)
            {
                json.WriteStartObject();
                json.WriteString("id", "t/" + table.Name);
                json.WriteString("name", table.Name);
                json.WriteString("timespanColumn", "TimeGenerated");
                json.WriteStartArray("columns");
                foreach (var (name, type) in table.Columns)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("type", type.Name());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<bool> IsLetInAsync(HttpContext context)
    {
        if (token.IsShownIn(context.Request)) return true;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await JsonAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, json => LogAnswer.WriteError(json, "AuthenticationFailed", "Show the hub's token: Authorization: Bearer TOKEN."));
        return false;
    }
}
