using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weir.Hub.Server;
using Weir.Kql.Diagnostics;

namespace Weir.Hub.Kusto;

/// <summary>What went wrong, in Kusto's shape.</summary>
/// <remarks>Source: Microsoft Learn, "Query/management HTTP response", error entities; places are texts, counted from 1 (line) and 0 (position).</remarks>
internal static class KustoErrors
{
    private const string Invalid = "Request is invalid and cannot be executed.";

    /// <summary>A query that is wrong.</summary>
    public static Task WriteAsync(HttpContext context, KqlDiagnostic problem, KustoCall call)
    {
        var (line, column) = problem.Position(call.Text);
        var code = KqlProblem.Code(problem);
        var isSyntax = KqlProblem.IsSyntax(problem);
        var said = KqlProblem.Sentence(problem);
        var what = isSyntax
            ? $"Syntax error: {code}: {said} [line:position={line}:{column - 1}]. Query: '{call.Text}'"
            : $"Semantic error: {code}: {said}";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            Head(json, "General_BadRequest", Invalid, "Kusto.Data.Exceptions.KustoBadRequestException", $"Request is invalid and cannot be processed: {what}", call);
            json.WriteStartObject("innererror");
            json.WriteString("code", code);
            json.WriteString("message", what);
            json.WriteString("@type", isSyntax ? "Kusto.Data.Exceptions.SyntaxException" : "Kusto.Data.Exceptions.SemanticException");
            json.WriteString("@message", what);
            Context(json, call);
            json.WriteBoolean("@permanent", true);
            json.WriteString("@line", line.ToString(CultureInfo.InvariantCulture));
            json.WriteString("@pos", (column - 1).ToString(CultureInfo.InvariantCulture));
            json.WriteString("@errorCode", code);
            json.WriteString("@errorMessage", said);
            json.WriteString("@token", KqlProblem.Token(problem, call.Text));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>A request that is wrong.</summary>
    public static Task WriteAsync(HttpContext context, BadRequestException problem, KustoCall call) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            Head(json, problem.Code ?? "General_BadRequest", Invalid, "Kusto.Data.Exceptions.KustoBadRequestException", problem.Message, call);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>A query that failed while it ran, where the answer has no place for it.</summary>
    public static Task WriteFailureAsync(HttpContext context, string failure, KustoCall call) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, json => WriteFailure(json, failure, call));

    /// <summary>The same inside an answer.</summary>
    public static void WriteFailure(Utf8JsonWriter json, string failure, KustoCall call)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        Head(json, "LimitsExceeded", "Request is invalid and cannot be executed.", "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException", failure, call);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, string code, string message, string type, string said, KustoCall call)
    {
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteString("@type", type);
        json.WriteString("@message", said);
        Context(json, call);
        json.WriteBoolean("@permanent", true);
        json.WriteString("@text", call.Text);
        json.WriteString("@database", call.Database);
    }

    private static void Context(Utf8JsonWriter json, KustoCall call)
    {
        json.WriteStartObject("@context");
        json.WriteString("timestamp", call.At.UtcDateTime);
        json.WriteString("serviceAlias", "WEIR");
        json.WriteString("clientRequestId", call.ClientRequestId);
        json.WriteString("activityId", call.ActivityId);
        json.WriteString("subActivityId", call.ActivityId);
        json.WriteString("activityType", "GW.Http.CallContext");
        json.WriteString("parentActivityId", call.ActivityId);
        json.WriteEndObject();
    }
}
