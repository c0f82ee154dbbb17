using Microsoft.AspNetCore.Http;

namespace Weir.Hub.Server;

/// <summary>Lets pages of some origins ask from a browser, such as Azure Data Explorer's web client. Who asks still shows the token.</summary>
/// <remarks>Source: Fetch standard, "CORS protocol"; Private Network Access, for pages of the internet that ask a hub on this machine.</remarks>
/// <param name="origins">The origins, as browsers write them.</param>
internal sealed class BrowserAccess(IReadOnlyCollection<string> origins)
{
    /// <summary>Answers a browser's question ahead of the real one, and marks the answers to the latter.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var answer = context.Response.Headers;
        answer.Vary = "Origin";
        if (origin.Length == 0 || !origins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return next(context);
        answer.AccessControlAllowOrigin = origin;
        var asked = context.Request.Headers;
        if (!HttpMethods.IsOptions(context.Request.Method) || asked.AccessControlRequestMethod.Count == 0)
        {
            answer.AccessControlExposeHeaders = "x-ms-client-request-id, x-ms-activity-id";
            return next(context);
        }

        answer.AccessControlAllowMethods = "GET, POST";
        answer.AccessControlAllowHeaders = asked.AccessControlRequestHeaders;
        answer.AccessControlMaxAge = "3600";
        if (asked["Access-Control-Request-Private-Network"] == "true") answer["Access-Control-Allow-Private-Network"] = "true";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
