namespace Weir.Workloads.Roles;

/// <summary>Orders something from order-service every second or two. ORDER_SERVICE_URL names another place.</summary>
internal static class VirtualCustomer
{
    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        var url = context.Environment("ORDER_SERVICE_URL") ?? "http://order-service:3000/";
        var number = 0;
        return RoleLoop.AllAsync(new RoleLoop(context).RunAsync($"orders to {url}", TimeSpan.FromSeconds(1.5), stop =>
            caller.HttpAsync(url, $"{{\"customerId\":\"{++number}\",\"items\":[{{\"productId\":{1 + (number % 3)},\"quantity\":1}}]}}", stop), cancellation));
    }
}
