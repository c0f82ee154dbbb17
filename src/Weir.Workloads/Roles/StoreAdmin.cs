using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>The shop's office (port 8081): looks at product-service and makeline-service.</summary>
internal static class StoreAdmin
{
    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        var loop = new RoleLoop(context);
        return RoleLoop.AllAsync(
            new HttpService(context.Network, null, (request, _) => Task.FromResult(request.Path switch
            {
                "/" => HttpAnswer.Html("<!doctype html><html><head><title>Pet Store office</title></head><body><h1>Pet Store office</h1></body></html>\n"),
                "/health" => HttpAnswer.Json("{\"status\":\"ok\"}"),
                _ => HttpAnswer.Error(404, "Not Found"),
            })).RunAsync(8081, cancellation),
            loop.RunAsync("products from product-service", TimeSpan.FromSeconds(2), stop => caller.HttpAsync("http://product-service:3002/", null, stop), cancellation),
            loop.RunAsync("health of makeline-service", TimeSpan.FromSeconds(2), stop => caller.HttpAsync("http://makeline-service:3001/health", null, stop), cancellation));
    }
}
