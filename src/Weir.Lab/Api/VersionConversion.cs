using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Turns a document of one version of a kind into another's. Only autoscalers need more than the version's name.</summary>
internal static class VersionConversion
{
    private const string Autoscalers = "horizontalpodautoscalers.autoscaling";

    /// <summary>The document as it is kept, changed in place.</summary>
    public static void ToStored(ResourceKind kind, JsonObject document)
    {
        if (kind is { StoreKey: Autoscalers, Version: "v1" } && document.Map("spec") is { } spec && spec["targetCPUUtilizationPercentage"] is { } percent)
        {
            spec.Remove("targetCPUUtilizationPercentage");
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu",
                    ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = percent.DeepClone() },
                },
            });
        }

        document["apiVersion"] = kind.StoredApiVersion;
    }

    /// <summary>The document in the version of a path, changed in place.</summary>
    public static void FromStored(ResourceKind kind, JsonObject document)
    {
        if (kind is { StoreKey: Autoscalers, Version: "v1" } && document.Map("spec") is { } spec)
        {
            var cpu = spec.Items("metrics").FirstOrDefault(m => m.Text("resource", "name") == "cpu");
            spec.Remove("metrics");
            spec.Remove("behavior");
            if (cpu.At("resource", "target", "averageUtilization") is { } percent) spec["targetCPUUtilizationPercentage"] = percent.DeepClone();
        }

        document["apiVersion"] = kind.ApiVersion;
    }
}
