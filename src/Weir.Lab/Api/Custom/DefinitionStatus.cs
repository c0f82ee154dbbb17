using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Writes what became of a definition: its names, its conditions, the versions that objects were kept in.</summary>
internal static class DefinitionStatus
{
    /// <summary>Whether a condition holds.</summary>
    public static bool Is(JsonObject definition, string type) =>
        definition.Items("status", "conditions").Any(c => c.Text("type") == type && c.Text("status") == "True");

    /// <summary>Sets the status of a definition that is about to be written.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="conflict">Why its names cannot be had, as reason and message; null when they can.</param>
    /// <param name="now">The time for conditions that change.</param>
    public static void Write(JsonObject definition, (string Reason, string Message)? conflict, string now)
    {
        var status = definition.Ensure("status");
        var stored = definition.Items("spec", "versions").FirstOrDefault(v => v.Flag("storage") ?? false).Text("name");
        var kept = status.Items("storedVersions").Select(v => v.Text()).Append(stored).Distinct().ToList();
        status["storedVersions"] = new JsonArray([.. kept.Select(v => (JsonNode?)v)]);
        status["acceptedNames"] = conflict is null
            ? definition.At("spec", "names")?.DeepClone()
            : status["acceptedNames"]?.DeepClone() ?? new JsonObject { ["plural"] = "", ["kind"] = "" };
        Set(status, "NamesAccepted", conflict is null, conflict?.Reason ?? "NoConflicts", conflict?.Message ?? "no conflicts found", now);
        if (conflict is null || !Is(definition, "Established"))
        {
            Set(
                status,
                "Established",
                conflict is null,
                conflict is null ? "InitialNamesAccepted" : "NotAccepted",
                conflict is null ? "the initial names have been accepted" : "not all names are accepted",
                now);
        }
    }

    /// <summary>Notes that the definition goes, and its objects with it.</summary>
    public static void Ends(JsonObject definition, string now) => Set(
        definition.Ensure("status"), "Terminating", true, "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now);

    private static void Set(JsonObject status, string type, bool holds, string reason, string message, string now)
    {
        if (status["conditions"] is not JsonArray conditions) status["conditions"] = conditions = [];
        var known = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        var text = holds ? "True" : "False";
        if (known.Text("status") == text && known.Text("message") == message) return;
        var since = known.Text("status") == text ? known.Text("lastTransitionTime") : null;
        var next = new JsonObject
        {
            ["type"] = type, ["status"] = text, ["lastTransitionTime"] = since ?? now, ["reason"] = reason, ["message"] = message,
        };
        if (known is null) conditions.Add(next);
        else conditions[conditions.IndexOf(known)] = next;
    }
}
