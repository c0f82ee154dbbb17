using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>The older form of a service's backends, of its first family only.</summary>
internal static class EndpointsDocument
{
    /// <summary>The document; pods with equal ports share a subset.</summary>
    public static JsonObject Of(JsonObject service, List<ServiceBackends.Backend> backends)
    {
        var family = service.Items("spec", "ipFamilies").FirstOrDefault().Text() ?? "IPv4";
        var unready = service.Flag("spec", "publishNotReadyAddresses") ?? false;
        var subsets = new JsonArray();
        foreach (var group in backends.Where(b => ServiceBackends.Address(b.Pod, family) is not null && !PodCondition.IsEnding(b.Pod))
            .GroupBy(b => b.Ports.ToJsonString()))
        {
            var subset = new JsonObject();
            Add(subset, "addresses", group.Where(b => unready || PodCondition.IsReady(b.Pod)), family);
            Add(subset, "notReadyAddresses", group.Where(b => !unready && !PodCondition.IsReady(b.Pod)), family);
            subset["ports"] = new JsonArray([.. group.First().Ports.Select(Port)]);
            subsets.Add(subset);
        }

        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Endpoints",
            ["metadata"] = new JsonObject
            {
                ["name"] = service.ObjectName().Name,
                ["namespace"] = service.ObjectName().Namespace,
                ["labels"] = service.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
                ["ownerReferences"] = Owners.Reference(service),
            },
        };
        if (subsets.Count > 0) document["subsets"] = subsets;
        return document;
    }

    private static void Add(JsonObject subset, string name, IEnumerable<ServiceBackends.Backend> backends, string family)
    {
        var addresses = new JsonArray();
        foreach (var backend in backends)
        {
            addresses.Add(new JsonObject
            {
                ["ip"] = ServiceBackends.Address(backend.Pod, family),
                ["nodeName"] = backend.Pod.Text("spec", "nodeName"),
                ["targetRef"] = new JsonObject
                {
                    ["kind"] = "Pod",
                    ["name"] = backend.Pod.ObjectName().Name,
                    ["namespace"] = backend.Pod.ObjectName().Namespace,
                    ["uid"] = backend.Pod.Text("metadata", "uid"),
                },
            });
        }

        if (addresses.Count > 0) subset[name] = addresses;
    }

    // Here a port without a name has no such field, where a slice has an empty one.
    private static JsonNode? Port(JsonNode? port)
    {
        var copy = port?.DeepClone();
        if (copy.Text("name") is "") (copy as JsonObject)?.Remove("name");
        return copy;
    }
}
