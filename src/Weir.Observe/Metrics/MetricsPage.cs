using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace Weir.Observe.Metrics;

/// <summary>A registry as a page for Prometheus: text, or OpenMetrics where it is asked for.</summary>
public static class MetricsPage
{
    /// <summary>The content type of Prometheus' text format.</summary>
    public const string Text = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The content type of OpenMetrics.</summary>
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Answers <c>GET</c> of a path with a registry.</summary>
    public static void Map(IEndpointRouteBuilder routes, string path, CollectorRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        routes.MapGet(path, context =>
        {
            var open = WantsOpenMetrics(context.Request);
            context.Response.ContentType = ContentType(open);
            return WriteAsync(registry, context.Response.Body, open, context.RequestAborted);
        });
    }

    /// <summary>Whether a client prefers OpenMetrics. Prometheus lists it first where it understands it.</summary>
    public static bool WantsOpenMetrics(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.GetTypedHeaders().Accept.Where(a => a.Quality is null or > 0)
            .OrderByDescending(a => a.Quality ?? 1)
            .FirstOrDefault(a => a.MediaType.Value is "application/openmetrics-text" or "text/plain" or "text/*" or "*/*")
            ?.MediaType.Value == "application/openmetrics-text";
    }

    /// <summary>The content type of a format.</summary>
    public static string ContentType(bool openMetrics) => openMetrics ? OpenMetrics : Text;

    /// <summary>Writes a registry.</summary>
    public static Task WriteAsync(CollectorRegistry registry, Stream to, bool openMetrics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.CollectAndExportAsTextAsync(to, openMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, cancellation);
    }
}
