namespace Weir.Workloads.Roles;

/// <summary>A store of orders (port 27017: PING, INSERT text, COUNT, TAKE).</summary>
internal static class MongoDb
{
    private const int MostKept = 1000;

    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var kept = new Queue<string>();
        return RoleLoop.AllAsync(new LineService(context.Network, Answer).RunAsync(27017, cancellation));

        string Answer(string line)
        {
            lock (kept)
            {
                switch (line.Split(' ', 2))
                {
                    case ["PING"]: return "PONG";
                    case ["COUNT"]: return $"{kept.Count}";
                    case ["TAKE"]: return kept.TryDequeue(out var order) ? $"ORDER {order}" : "EMPTY";
                    case ["INSERT", var text]:
                        kept.Enqueue(text);
                        if (kept.Count > MostKept) kept.Dequeue();
                        return "OK";
                    default: return "ERROR unknown command";
                }
            }
        }
    }
}
