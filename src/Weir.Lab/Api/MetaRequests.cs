using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api;

/// <summary>Answers what is not about objects: health, version, discovery, OpenAPI.</summary>
internal sealed class MetaRequests(ResourceRegistry registry)
{
    private readonly Discovery _discovery = new(registry);
    private readonly OpenApiDocuments _openApi = new(registry);
    private readonly OpenApiV2 _openApiV2 = new(registry);

    /// <summary>Answers, if the path is one of these; else false.</summary>
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").TrimEnd('/');
        var accept = http.Request.Headers.Accept.ToString();
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var aggregated = Discovery.WantsAggregated(accept);
        switch (parts)
        {
            case ["healthz" or "livez" or "readyz", ..]:
                http.Response.ContentType = "text/plain";
                await http.Response.WriteAsync("ok", http.RequestAborted);
                return true;
            case ["version"]:
                await SendAsync(http, ServerVersion.Document().ToJsonString(), "application/json");
                return true;
            case ["api"]:
                await SendDiscoveryAsync(http, aggregated, aggregated ? _discovery.Aggregated(true) : Discovery.Versions());
                return true;
            case ["apis"]:
                await SendDiscoveryAsync(http, aggregated, aggregated ? _discovery.Aggregated(false) : _discovery.GroupList());
                return true;
            case ["api", var version]:
                return await SendFoundAsync(http, _discovery.Resources("", version));
            case ["apis", var group]:
                return await SendFoundAsync(http, _discovery.Group(group));
            case ["apis", var group, var version]:
                return await SendFoundAsync(http, _discovery.Resources(group, version));
            case ["openapi", "v2"]:
                http.Response.ContentType = OpenApiV2.ContentType;
                await http.Response.Body.WriteAsync(_openApiV2.Document(), http.RequestAborted);
                return true;
            case ["openapi", "v3"]:
                await SendAsync(http, _openApi.Index().ToJsonString(), "application/json");
                return true;
            case ["openapi", "v3", .. var rest]:
                var document = _openApi.Document(string.Join('/', rest)) ?? throw ApiFaults.NoSuchPath();
                await SendAsync(http, document, "application/json");
                return true;
            default:
                return false;
        }
    }

    private static async Task<bool> SendFoundAsync(HttpContext http, JsonObject? document)
    {
        await SendAsync(http, (document ?? throw ApiFaults.NoSuchPath()).ToJsonString(), "application/json");
        return true;
    }

    private static Task SendDiscoveryAsync(HttpContext http, bool aggregated, JsonObject document)
    {
        http.Response.Headers.Vary = "Accept";
        return SendAsync(http, document.ToJsonString(), aggregated ? Discovery.AggregatedType : "application/json");
    }

    private static Task SendAsync(HttpContext http, string text, string type)
    {
        var tag = Discovery.Tag(text);
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            http.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        http.Response.ContentType = type;
        return http.Response.WriteAsync(text, Encoding.UTF8, http.RequestAborted);
    }
}
