using System.Text;
using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>Takes orders (port 3000) and puts them on rabbitmq's queue; keeps a heartbeat with rabbitmq.</summary>
internal static class OrderService
{
    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        return RoleLoop.AllAsync(
            new HttpService(context.Network, null, HandleAsync).RunAsync(3000, cancellation),
            new RoleLoop(context).RunAsync("heartbeat with rabbitmq", TimeSpan.FromSeconds(2), stop => caller.LineAsync("rabbitmq", 5672, "PING", stop), cancellation));

        async Task<HttpAnswer> HandleAsync(HttpRequest request, CancellationToken stop)
        {
            if (request.Path == "/health") return HttpAnswer.Json("{\"status\":\"ok\",\"version\":\"lab\"}");
            if (request.Method != "POST") return request.Path == "/" ? HttpAnswer.Json("{\"service\":\"order-service\"}") : HttpAnswer.Error(404, "Not Found");
            try
            {
                var order = Encoding.UTF8.GetString(request.Body).ReplaceLineEndings(" ");
                await caller.LineAsync("rabbitmq", 5672, $"PUBLISH orders {order}", stop);
                return new HttpAnswer(201, "Created", [], "application/json");
            }
            catch (IOException e)
            {
                return HttpAnswer.Error(503, $"Service Unavailable: {e.Message}".ReplaceLineEndings(" "));
            }
        }
    }
}
