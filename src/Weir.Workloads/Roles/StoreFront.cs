using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>The shop's page (port 8080): products from product-service, orders to order-service; looks at both all the time.</summary>
internal static class StoreFront
{
    private const string Page = "<!doctype html><html><head><title>Pet Store</title></head><body><h1>Pet Store</h1><p>Products: /products. Order: POST /order.</p></body></html>\n";

    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        var loop = new RoleLoop(context);
        return RoleLoop.AllAsync(
            new HttpService(context.Network, null, HandleAsync).RunAsync(8080, cancellation),
            loop.RunAsync("products from product-service", TimeSpan.FromSeconds(2), stop => caller.HttpAsync("http://product-service:3002/", null, stop), cancellation),
            loop.RunAsync("health of order-service", TimeSpan.FromSeconds(2), stop => caller.HttpAsync("http://order-service:3000/health", null, stop), cancellation));

        async Task<HttpAnswer> HandleAsync(HttpRequest request, CancellationToken stop)
        {
            try
            {
                return (request.Method, request.Path) switch
                {
                    ("GET" or "HEAD", "/") => HttpAnswer.Html(Page),
                    ("GET", "/health") => HttpAnswer.Json("{\"status\":\"ok\"}"),
                    ("GET", "/products") => HttpAnswer.Json(await caller.HttpAsync("http://product-service:3002/", null, stop)),
                    ("POST", "/order") => HttpAnswer.Json(await caller.HttpAsync("http://order-service:3000/", System.Text.Encoding.UTF8.GetString(request.Body), stop)),
                    _ => HttpAnswer.Error(404, "Not Found"),
                };
            }
            catch (IOException e)
            {
                return HttpAnswer.Error(502, $"Bad Gateway: {e.Message}".ReplaceLineEndings(" "));
            }
        }
    }
}
