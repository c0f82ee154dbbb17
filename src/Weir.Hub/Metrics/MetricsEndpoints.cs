using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Hub.Server;
using Weir.Observe.Metrics;

namespace Weir.Hub.Metrics;

/// <summary><c>/metrics</c> and what belongs to it.</summary>
/// <param name="metrics">What is served.</param>
/// <param name="token">Who may ask; null lets everybody.</param>
internal sealed class MetricsEndpoints(HubMetrics metrics, BearerToken? token)
{
    /// <summary>Adds the paths.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", Guarded((context, open) => Page(context, open, (to, stop) => metrics.WriteAllAsync(to, open, stop))));
        routes.MapGet("/metrics/hub", Guarded((context, open) => Page(context, open, (to, stop) => metrics.WriteOwnAsync(to, open, stop))));
        routes.MapGet("/metrics/nodes/{node}", Guarded(NodeAsync));
        routes.MapGet("/metrics/sd", Guarded((context, _) => DiscoverAsync(context)));
    }

    private RequestDelegate Guarded(Func<HttpContext, bool, Task> answer) => context =>
    {
        if (token is null || token.IsShownIn(context.Request)) return answer(context, MetricsPage.WantsOpenMetrics(context.Request));
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    };

    private static Task Page(HttpContext context, bool openMetrics, Func<Stream, CancellationToken, Task> write)
    {
        context.Response.ContentType = MetricsPage.ContentType(openMetrics);
        return write(context.Response.Body, context.RequestAborted);
    }

    private async Task NodeAsync(HttpContext context, bool openMetrics)
    {
        var node = (string)context.Request.RouteValues["node"]!;
        if (!metrics.Nodes.Contains(node))
        {
            await SayAsync(context, StatusCodes.Status404NotFound, $"There is no node '{node}'; there are {string.Join(", ", metrics.Nodes)}.");
        }
        else if (await metrics.AskAsync(node, openMetrics, context.RequestAborted) is { } page)
        {
            await Page(context, openMetrics, (to, stop) => to.WriteAsync(page, stop).AsTask());
        }
        else
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"The agent of node '{node}' does not answer.");
        }
    }

    // https://prometheus.io/docs/prometheus/latest/http_sd/
    private Task DiscoverAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray();
        foreach (var (name, path) in metrics.Nodes.Select(n => (n, $"/metrics/nodes/{n}")).Append(("hub", "/metrics/hub")))
        {
            json.WriteStartObject();
            json.WriteStartArray("targets");
            json.WriteStringValue(context.Request.Host.Value);
            json.WriteEndArray();
            json.WriteStartObject("labels");
            json.WriteString("__scheme__", context.Request.Scheme);
            json.WriteString("__metrics_path__", path);
            json.WriteString("instance", name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static Task SayAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }
}
