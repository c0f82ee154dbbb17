using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>The catalogue (port 3002): GET / lists, POST / adds nothing but says that it did.</summary>
internal static class ProductService
{
    private const string Products =
        "[{\"id\":1,\"name\":\"Feather wand\",\"price\":9.99},{\"id\":2,\"name\":\"Squeaky newt\",\"price\":6.99},{\"id\":3,\"name\":\"Three felt mice\",\"price\":12.99}]\n";

    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation) => RoleLoop.AllAsync(
        new HttpService(context.Network, null, (request, _) => Task.FromResult((request.Method, request.Path) switch
        {
            ("GET" or "HEAD", "/") => HttpAnswer.Json(Products),
            ("POST", "/") => HttpAnswer.Json("{\"id\":4}\n"),
            ("GET", "/health") => HttpAnswer.Json("{\"status\":\"ok\"}"),
            _ => HttpAnswer.Error(404, "Not Found"),
        })).RunAsync(3002, cancellation));
}
