using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Which nodes a pod may run on.</summary>
internal static class NodeFit
{
    /// <summary>Whether the node carries what the pod's <c>nodeSelector</c> and its name, if any, ask for.</summary>
    public static bool Selects(JsonNode? podSpec, JsonObject node)
    {
        if (podSpec.Text("nodeName") is { Length: > 0 } name && name != node.ObjectName().Name) return false;
        return podSpec.Map("nodeSelector") is not { } selector || PodCondition.Matches(selector, node);
    }

    /// <summary>Whether the node takes new pods at all.</summary>
    public static bool TakesPods(JsonObject node) => !PodCondition.IsEnding(node)
        && !(node.Flag("spec", "unschedulable") ?? false)
        && node.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");
}
