using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Sums up a Deployment as <c>kubectl rollout status</c> and <c>kubectl wait</c> ask for it.</summary>
internal static class DeploymentStatus
{
    /// <summary>The status.</summary>
    public static JsonObject Of(JsonObject deployment, JsonObject? current, List<JsonObject> sets, DateTimeOffset now)
    {
        var limits = RolloutLimits.Of(deployment);
        var total = sets.Sum(s => s.Number("status", "replicas") ?? 0);
        var available = sets.Sum(s => s.Number("status", "availableReplicas") ?? 0);
        var updated = current.Number("status", "replicas") ?? 0;
        var done = updated == limits.Replicas && total == limits.Replicas && available == limits.Replicas;
        var name = deployment.ObjectName().Name;
        var set = current is null ? name : current.ObjectName().Name;
        var enough = available >= limits.MinAvailable;
        return new JsonObject
        {
            ["observedGeneration"] = deployment.Number("metadata", "generation"),
            ["replicas"] = total,
            ["updatedReplicas"] = updated,
            ["readyReplicas"] = sets.Sum(s => s.Number("status", "readyReplicas") ?? 0),
            ["availableReplicas"] = available,
            ["unavailableReplicas"] = Math.Max(0, total - available),
            ["conditions"] = new JsonArray(
                StatusWriter.Condition(
                    deployment,
                    "Available",
                    enough,
                    enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
                    now),
                StatusWriter.Condition(
                    deployment,
                    "Progressing",
                    true,
                    done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                    done ? $"ReplicaSet \"{set}\" has successfully progressed." : $"ReplicaSet \"{set}\" is progressing.",
                    now)),
        };
    }
}
