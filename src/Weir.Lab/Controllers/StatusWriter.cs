using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Writes an object's status where it differs.</summary>
internal static class StatusWriter
{
    private static readonly string[] _shownAsZero =
        ["replicas", "availableReplicas", "desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled", "numberReady"];

    /// <summary>Replaces the status; zero counts are left out, as a real server shows them.</summary>
    public static async Task WriteAsync(
        LabApi api, string path, JsonObject document, JsonObject status, ObjectCache cache, CancellationToken cancellationToken)
    {
        foreach (var zero in status.Where(p => !_shownAsZero.Contains(p.Key) && p.Value.Number() == 0).Select(p => p.Key).ToList())
            status.Remove(zero);

        // Conditions carry times: the caller keeps those of the old status where nothing else differs.
        if (JsonTree.Same(document.At("status"), status)) return;
        var next = (JsonObject)document.DeepClone();
        next["status"] = status;
        await api.ReplaceAsync(path + "/status", next, cache, cancellationToken);
    }

    /// <summary>A condition; keeps the old one's time when its status is the same, and the old one itself when all is.</summary>
    public static JsonObject Condition(JsonObject document, string type, bool holds, string reason, string message, DateTimeOffset now)
    {
        var old = document.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
        var status = holds ? "True" : "False";
        var text = Api.Timestamps.Text(now);
        if (old is not null && old.Text("status") == status && old.Text("reason") == reason && old.Text("message") == message)
            return (JsonObject)old.DeepClone();
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["lastUpdateTime"] = text,
            ["lastTransitionTime"] = old.Text("status") == status ? old.Text("lastTransitionTime") : text,
            ["reason"] = reason,
            ["message"] = message,
        };
    }
}
