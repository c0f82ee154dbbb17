using Xunit;

namespace Weir.Unit.Workloads;

public sealed class PetStoreTests
{
    [Fact]
    public async Task An_order_goes_from_the_customer_through_the_queue_to_the_worker()
    {
        await using var cluster = new SmallCluster().WithNames();
        cluster.Start("product-service", "10.0.96.101");
        cluster.Start("order-service", "10.0.96.102");
        cluster.Start("rabbitmq", "10.0.96.103");
        cluster.Start("mongodb", "10.0.96.104");
        cluster.Start("makeline-service", "10.0.96.105");
        cluster.Start("store-front", "10.0.96.106");
        cluster.Start("virtual-customer", "192.168.1.20");

        Assert.Contains("Pet Store", await EventuallyAsync(cluster, "wget -q -O - http://10.0.96.106:8080/"), StringComparison.Ordinal);
        Assert.Contains("Feather wand", await EventuallyAsync(cluster, "wget -q -O - http://10.0.96.106:8080/products"), StringComparison.Ordinal);
        Assert.Contains("customerId", await EventuallyAsync(cluster, "wget -q -O - http://makeline-service:3001/order/fetch", "customerId"), StringComparison.Ordinal);
        Assert.Contains("messages", await EventuallyAsync(cluster, "wget -q -O - http://rabbitmq:15672/api/overview"), StringComparison.Ordinal);
    }

    /// <summary>Asks again until it succeeds (and says <paramref name="containing"/>): the services find each other within a few seconds.</summary>
    private static async Task<string> EventuallyAsync(SmallCluster cluster, string command, string containing = "")
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var (code, text) = await cluster.ProbeAsync(command);
            if (code == 0 && text.Contains(containing, StringComparison.Ordinal)) return text;
            await Task.Delay(TimeSpan.FromMilliseconds(20), bound.Token);
        }
    }
}
