using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Gives services of type LoadBalancer an address of each of their families from the lab's pool.</summary>
/// <remarks>198.51.100.1 to .254 and 2001:db8:198::1 to ::fe, with the same last number.</remarks>
internal sealed class LoadBalancerController
{
    private const int PoolSize = 254;

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly WorkQueue<ObjectName> _queue;

    public LoadBalancerController(LabApi api, LabCaches caches, TimeProvider time, ILogger logger)
    {
        (_api, _caches) = (api, caches);
        _queue = new WorkQueue<ObjectName>("loadbalancer", time, logger);
        caches.Services.Changed += (before, after) =>
        {
            if (after is not null) _queue.Add(after.ObjectName());
            else if (before is not null) RetryPending();
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private static bool HasAddress(JsonObject service) => service.Items("status", "loadBalancer", "ingress").Any();

    private static bool WantsAddress(JsonObject service) =>
        service.Text("spec", "type") == "LoadBalancer" && service.Text("spec", "loadBalancerClass") is null && !PodCondition.IsEnding(service);

    private void RetryPending()
    {
        foreach (var service in _caches.Services.All().Where(s => WantsAddress(s) && !HasAddress(s))) _queue.Add(service.ObjectName());
    }

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Services.Find(name) is not { } service || WantsAddress(service) == HasAddress(service)) return;
        var ingress = new JsonArray();
        if (WantsAddress(service))
        {
            // An exhausted pool leaves the service pending, as a cloud would; the next deletion tries again.
            if (Number(service) is not { } number) return;
            foreach (var family in service.Items("spec", "ipFamilies"))
            {
                var address = family.Text() == "IPv6"
                    ? string.Create(CultureInfo.InvariantCulture, $"2001:db8:198::{number:x}")
                    : string.Create(CultureInfo.InvariantCulture, $"198.51.100.{number}");
                ingress.Add(new JsonObject { ["ip"] = address, ["ipMode"] = "VIP" });
            }
        }

        var next = (JsonObject)service.DeepClone();
        next["status"] = new JsonObject
        {
            ["loadBalancer"] = ingress.Count > 0 ? new JsonObject { ["ingress"] = ingress } : new JsonObject(),
        };
        await _api.ReplaceAsync($"{LabApi.Path("", "services", name.Namespace)}/{name.Name}/status", next, _caches.Services, cancellationToken);
    }

    private int? Number(JsonObject service)
    {
        var taken = _caches.Services.All().SelectMany(s => s.Items("status", "loadBalancer", "ingress")).Select(i => Last(i.Text("ip"))).ToHashSet();
        if (Last(service.Text("spec", "loadBalancerIP")) is { } asked && !taken.Contains(asked)) return asked;
        for (var number = 1; number <= PoolSize; number++)
        {
            if (!taken.Contains(number)) return number;
        }

        return null;
    }

    private static int? Last(string? address)
    {
        if (address is null) return null;
        var v6 = address.StartsWith("2001:db8:198::", StringComparison.Ordinal);
        if (!v6 && !address.StartsWith("198.51.100.", StringComparison.Ordinal)) return null;
        var text = address[(address.LastIndexOfAny(['.', ':']) + 1)..];
        return int.TryParse(text, v6 ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= PoolSize ? number : null;
    }
}
