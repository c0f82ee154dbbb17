using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Writes, for each service with a selector, its EndpointSlices (one a family and set of ports) and its Endpoints.</summary>
internal sealed class EndpointController
{
    private const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    private const string Manager = "endpointslice-controller.k8s.io";

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly WorkQueue<ObjectName> _queue;

    public EndpointController(LabApi api, LabCaches caches, TimeProvider time, ILogger logger)
    {
        (_api, _caches) = (api, caches);
        _queue = new WorkQueue<ObjectName>("endpointslice", time, logger);
        caches.Services.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Pods.Changed += (before, after) =>
        {
            foreach (var service in caches.Services.In((after ?? before)!.ObjectName().Namespace))
            {
                var selector = service.Map("spec", "selector");
                if ((before is not null && PodCondition.Matches(selector, before)) || (after is not null && PodCondition.Matches(selector, after)))
                    _queue.Add(service.ObjectName());
            }
        };
        caches.Slices.Changed += (before, after) =>
        {
            // A slice that someone else changed or deleted is put right again.
            var slice = (after ?? before)!;
            if (slice.Text("metadata", "labels", ManagedBy) == Manager)
                _queue.Add(new ObjectName(slice.ObjectName().Namespace, slice.Text("metadata", "labels", EndpointSliceState.ServiceLabel) ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        // What belongs to a service that is gone goes with it, as its owner's.
        if (_caches.Services.Find(name) is not { } service || PodCondition.IsEnding(service)) return;
        if (service.Map("spec", "selector") is not { Count: > 0 } || service.Text("spec", "type") == "ExternalName") return;
        var backends = ServiceBackends.Of(service, _caches.Pods.In(name.Namespace));
        var collection = LabApi.Path("discovery.k8s.io", "endpointslices", name.Namespace);
        var wanted = Slices(service, backends).ToDictionary(s => s.ObjectName());
        foreach (var slice in wanted.Values) await WriteAsync(collection, slice, _caches.Slices, Shown, cancellationToken);
        foreach (var stale in _caches.Slices.In(name.Namespace).Where(s => s.Text("metadata", "labels", ManagedBy) == Manager
            && s.Text("metadata", "labels", EndpointSliceState.ServiceLabel) == name.Name && !wanted.ContainsKey(s.ObjectName())))
            await _api.DeleteAsync(collection, stale, _caches.Slices, cancellationToken);
        await WriteAsync(
            LabApi.Path("", "endpoints", name.Namespace), EndpointsDocument.Of(service, backends), _caches.Endpoints, e => e.At("subsets"), cancellationToken);
    }

    private static JsonArray Shown(JsonObject slice) => new(slice.At("endpoints")?.DeepClone(), slice.At("ports")?.DeepClone());

    private async Task WriteAsync(
        string collection, JsonObject document, ObjectCache cache, Func<JsonObject, JsonNode?> shown, CancellationToken cancellationToken)
    {
        var known = cache.Find(document.ObjectName());
        if (known is null)
        {
            await _api.CreateAsync(collection, document, cache, cancellationToken);
            return;
        }

        if (JsonTree.Same(shown(known), shown(document)) && JsonTree.Same(known.At("metadata", "labels"), document.At("metadata", "labels"))) return;
        document.Ensure("metadata")["resourceVersion"] = known.Text("metadata", "resourceVersion");
        await _api.ReplaceAsync($"{collection}/{document.ObjectName().Name}", document, cache, cancellationToken);
    }

    private static IEnumerable<JsonObject> Slices(JsonObject service, List<ServiceBackends.Backend> backends)
    {
        var families = service.Items("spec", "ipFamilies").Select(f => f.Text() ?? "").ToList();
        foreach (var family in families.Count == 0 ? ["IPv4"] : families)
        {
            var groups = backends.Where(b => ServiceBackends.Address(b.Pod, family) is not null).GroupBy(b => b.Ports.ToJsonString()).ToList();

            // A service without backends still shows that it was looked at.
            if (groups.Count == 0) yield return Slice(service, family, [], []);
            foreach (var group in groups) yield return Slice(service, family, group.First().Ports, [.. group]);
        }
    }

    private static JsonObject Slice(JsonObject service, string family, JsonArray ports, List<ServiceBackends.Backend> backends)
    {
        // The name follows from what the slice is, so that writing it twice is writing it once.
        var hash = PodTemplates.Hash(new JsonArray(family, backends.Count == 0 ? "" : ports.ToJsonString()));
        var labels = (service.Map("metadata", "labels")?.DeepClone() as JsonObject) ?? [];
        labels[EndpointSliceState.ServiceLabel] = service.ObjectName().Name;
        labels[ManagedBy] = Manager;
        if (service.Text("spec", "clusterIP") == "None") labels["service.kubernetes.io/headless"] = "";
        return new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{service.ObjectName().Name}-{hash[..Math.Min(5, hash.Length)]}",
                ["namespace"] = service.ObjectName().Namespace,
                ["labels"] = labels,
                ["ownerReferences"] = Owners.Reference(service),
            },
            ["addressType"] = family,
            ["endpoints"] = new JsonArray([.. backends.Select(b => (JsonNode)Endpoint(service, b.Pod, family))]),
            ["ports"] = ports.DeepClone(),
        };
    }

    private static JsonObject Endpoint(JsonObject service, JsonObject pod, string family)
    {
        var serving = PodCondition.IsReady(pod);
        var ending = PodCondition.IsEnding(pod);
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(ServiceBackends.Address(pod, family)),
            ["conditions"] = new JsonObject
            {
                ["ready"] = (service.Flag("spec", "publishNotReadyAddresses") ?? false) || (serving && !ending),
                ["serving"] = serving,
                ["terminating"] = ending,
            },
            ["nodeName"] = pod.Text("spec", "nodeName"),
            ["targetRef"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["name"] = pod.ObjectName().Name,
                ["namespace"] = pod.ObjectName().Namespace,
                ["uid"] = pod.Text("metadata", "uid"),
            },
        };
        if (pod.Text("spec", "subdomain") == service.ObjectName().Name && pod.Text("spec", "hostname") is { } host) endpoint["hostname"] = host;
        return endpoint;
    }
}
