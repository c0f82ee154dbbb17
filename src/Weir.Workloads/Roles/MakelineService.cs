using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>Moves orders from rabbitmq to mongodb, and hands them to workers (port 3001: GET /order/fetch, PUT /order).</summary>
internal static class MakelineService
{
    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        return RoleLoop.AllAsync(
            new HttpService(context.Network, null, HandleAsync).RunAsync(3001, cancellation),
            new RoleLoop(context).RunAsync("orders from rabbitmq to mongodb", TimeSpan.FromSeconds(1.5), MoveAsync, cancellation));

        async Task MoveAsync(CancellationToken stop)
        {
            var answer = await caller.LineAsync("rabbitmq", 5672, "GET orders", stop);
            var order = answer.StartsWith("MESSAGE ", StringComparison.Ordinal) ? answer[8..] : null;
            await caller.LineAsync("mongodb", 27017, order is null ? "PING" : $"INSERT {order}", stop);
        }

        async Task<HttpAnswer> HandleAsync(HttpRequest request, CancellationToken stop)
        {
            try
            {
                switch (request.Method, request.Path)
                {
                    case ("GET", "/health"): return HttpAnswer.Json("{\"status\":\"ok\"}");
                    case ("GET", "/order/fetch"): return HttpAnswer.Json(await caller.LineAsync("mongodb", 27017, "TAKE", stop) is var taken && taken == "EMPTY" ? "[]" : $"[{taken[6..]}]");
                    case ("PUT" or "POST", "/order"): return HttpAnswer.Json("{}");
                    default: return HttpAnswer.Error(404, "Not Found");
                }
            }
            catch (IOException e)
            {
                return HttpAnswer.Error(503, $"Service Unavailable: {e.Message}".ReplaceLineEndings(" "));
            }
        }
    }
}
