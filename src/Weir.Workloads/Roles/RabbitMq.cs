using System.Collections.Concurrent;
using Weir.Workloads.Http;

namespace Weir.Workloads.Roles;

/// <summary>A queue broker (port 5672: PING, PUBLISH queue text, GET queue) with a management page (port 15672).</summary>
internal static class RabbitMq
{
    private const int MostWaiting = 1000;

    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var queues = new ConcurrentDictionary<string, ConcurrentQueue<string>>(StringComparer.Ordinal);
        return RoleLoop.AllAsync(
            new LineService(context.Network, Answer).RunAsync(5672, cancellation),
            new HttpService(context.Network, null, (request, _) => Task.FromResult(Manage(request))).RunAsync(15672, cancellation));

        string Answer(string line) => line.Split(' ', 3) switch
        {
            ["PING"] => "PONG",
            ["PUBLISH", var queue, var message] => Publish(queue, message),
            ["GET", var queue] => queues.TryGetValue(queue, out var waiting) && waiting.TryDequeue(out var message) ? $"MESSAGE {message}" : "EMPTY",
            _ => "ERROR unknown command",
        };

        string Publish(string queue, string message)
        {
            var waiting = queues.GetOrAdd(queue, _ => new ConcurrentQueue<string>());
            waiting.Enqueue(message);
            if (waiting.Count > MostWaiting) waiting.TryDequeue(out _);
            return "OK";
        }

        HttpAnswer Manage(HttpRequest request) => request.Path switch
        {
            "/health" => HttpAnswer.Json("{\"status\":\"ok\"}"),
            "/" or "/api/overview" => HttpAnswer.Json($"{{\"messages\":{queues.Values.Sum(q => q.Count)}}}\n"),
            _ => HttpAnswer.Error(404, "Not Found"),
        };
    }
}
