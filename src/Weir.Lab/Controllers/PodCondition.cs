using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Reads what controllers ask about a pod.</summary>
internal static class PodCondition
{
    /// <summary>Whether the pod takes traffic.</summary>
    public static bool IsReady(JsonObject pod) =>
        pod.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    /// <summary>Whether it is being deleted.</summary>
    public static bool IsEnding(JsonObject document) => document.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether it has stopped for good.</summary>
    public static bool IsDone(JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    /// <summary>Whether it counts as a replica.</summary>
    public static bool IsActive(JsonObject pod) => !IsEnding(pod) && !IsDone(pod);

    /// <summary>Whether a label map holds all of a selector's pairs.</summary>
    public static bool Matches(JsonObject? selector, JsonObject document)
    {
        if (selector is null) return false;
        foreach (var (key, value) in selector)
        {
            if (document.Text("metadata", "labels", key) != (value as JsonValue)?.ToString()) return false;
        }

        return true;
    }
}
