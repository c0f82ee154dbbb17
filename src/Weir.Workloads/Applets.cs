using System.Collections.Frozen;
using System.Net.Sockets;
using Weir.Workloads.ClusterDns;
using Weir.Workloads.Probes;
using Weir.Workloads.Roles;
using Weir.Workloads.World;

namespace Weir.Workloads;

/// <summary>Every program of this binary by its name.</summary>
public static class Applets
{
    private static readonly FrozenDictionary<string, Func<AppletContext, CancellationToken, Task<int>>> s_all =
        new Dictionary<string, Func<AppletContext, CancellationToken, Task<int>>>
        {
            ["wget"] = Wget.RunAsync,
            ["nc"] = Netcat.RunAsync,
            ["nslookup"] = Nslookup.RunAsync,
            ["curl"] = Curl.RunAsync,
            ["store-front"] = StoreFront.RunAsync,
            ["order-service"] = OrderService.RunAsync,
            ["product-service"] = ProductService.RunAsync,
            ["makeline-service"] = MakelineService.RunAsync,
            ["rabbitmq"] = RabbitMq.RunAsync,
            ["mongodb"] = MongoDb.RunAsync,
            ["store-admin"] = StoreAdmin.RunAsync,
            ["virtual-customer"] = VirtualCustomer.RunAsync,
            ["virtual-worker"] = VirtualWorker.RunAsync,
            ["coredns"] = CoreDns.RunAsync,
            ["world"] = OutsideWorld.RunAsync,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => s_all.Keys;

    /// <summary>The names that a shell in a pod finds in /bin.</summary>
    public static IReadOnlyList<string> Probes { get; } = ["wget", "nc", "nslookup", "curl"];

    /// <summary>Runs a program to its end; a role runs until cancelled.</summary>
    /// <returns>Its exit code; 127 for a name that there is none of, 143 when cancelled.</returns>
    public static async Task<int> RunAsync(string name, AppletContext context, CancellationToken cancellation)
    {
        if (!s_all.TryGetValue(name, out var run))
        {
            context.Error($"weir-workload: there is no program '{name}'; there are {string.Join(", ", s_all.Keys.Order(StringComparer.Ordinal))}.\n");
            return 127;
        }

        try
        {
            return await run(context, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 143;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            context.Error($"{name}: {e.Message}\n");
            return 1;
        }
    }
}
