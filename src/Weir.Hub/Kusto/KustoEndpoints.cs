using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Query;
using Weir.Hub.Server;

namespace Weir.Hub.Kusto;

/// <summary>Kusto's REST: <c>/v1/rest/query</c>, <c>/v2/rest/query</c>, <c>/v1/rest/mgmt</c>.</summary>
internal sealed class KustoEndpoints(StoreQueries queries, BearerToken token, ShowCommands commands)
{
    private const string RequestIdHeader = "x-ms-client-request-id";

    // What clients call a database when nobody told them one.
    private static readonly HashSet<string> _databases = new(["", "default", "NetDefaultDB", QueryEngine.Catalog.Database], StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["GET", "POST"])
        {
            routes.MapMethods("/v2/rest/query", [method], c => AnswerAsync(c, isV2: true));
            routes.MapMethods("/v1/rest/query", [method], c => AnswerAsync(c, isV2: false));
            routes.MapMethods("/v1/rest/mgmt", [method], c => AnswerAsync(c, isV2: false));
        }
    }

    private async Task AnswerAsync(HttpContext context, bool isV2)
    {
        var started = Stopwatch.GetTimestamp();
        var id = context.Request.Headers[RequestIdHeader].ToString();
        var call = new KustoCall(id, Guid.NewGuid(), QueryEngine.Catalog.Database, "", queries.Time.GetUtcNow(), TimeSpan.Zero);
        if (id.Length > 0) context.Response.Headers[RequestIdHeader] = id;
        context.Response.Headers["x-ms-activity-id"] = call.ActivityId.ToString();
        if (!token.IsShownIn(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        try
        {
            var request = await KustoRequest.ReadAsync(context.Request, context.RequestAborted);
            call = call with { Text = request.Text };
            if (!_databases.Contains(request.Database))
                throw new BadRequestException($"Entity ID '{request.Database}' of kind 'Database' was not found; this cluster has one, '{call.Database}'.") { Code = "BadRequest_EntityNotFound" };
            await (ShowCommands.IsCommand(request.Text) ? CommandAsync(context, request, call) : QueryAsync(context, request, call, isV2, started));
        }
        catch (BadRequestException e)
        {
            await KustoErrors.WriteAsync(context, e, call);
        }
    }

    private async Task QueryAsync(HttpContext context, KustoRequest request, KustoCall call, bool isV2, long started)
    {
        QueryAnswer answer;
        try
        {
            answer = await queries.RunAsync(request.Query, context.RequestAborted);
        }
        catch (QueryFailedException e)
        {
            await (isV2 ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => KustoV2.Write(json, new QueryAnswer([], []), call, e.Message)) : KustoErrors.WriteFailureAsync(context, e.Message, call));
            return;
        }

        if (answer.Problems.Length > 0)
        {
            await KustoErrors.WriteAsync(context, answer.Problems[0], call);
            return;
        }

        var done = call with { At = queries.Time.GetUtcNow(), Took = Stopwatch.GetElapsedTime(started) };
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            if (isV2) KustoV2.Write(json, answer, done, failure: null);
            else KustoV1.WriteQuery(json, answer, done);
        });
    }

    private async Task CommandAsync(HttpContext context, KustoRequest request, KustoCall call)
    {
        var (command, rest) = ShowCommands.Split(request.Text);
        var table = commands.Answer(command);
        if (rest.Length > 0)
        {
            var answer = await queries.RunAsync(QueryRequest.Of(CommandTable.Kql(table) + rest), context.RequestAborted);
            if (answer.Problems.Length > 0) throw new BadRequestException(KqlProblem.Sentence(answer.Problems[0]));
            table = answer.Tables[0];
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => KustoV1.WriteCommand(json, table));
    }
}
