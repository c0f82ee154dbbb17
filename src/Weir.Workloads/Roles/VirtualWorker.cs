namespace Weir.Workloads.Roles;

/// <summary>Fetches orders from makeline-service and reports them done. MAKELINE_SERVICE_URL names another place.</summary>
internal static class VirtualWorker
{
    public static Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var caller = new ServiceCaller(context);
        var url = (context.Environment("MAKELINE_SERVICE_URL") ?? "http://makeline-service:3001").TrimEnd('/');
        return RoleLoop.AllAsync(new RoleLoop(context).RunAsync($"orders from {url}", TimeSpan.FromSeconds(2), async stop =>
        {
            if (await caller.HttpAsync($"{url}/order/fetch", null, stop) is not "[]" and var order) await caller.HttpAsync($"{url}/order", order, stop);
        }, cancellation));
    }
}
