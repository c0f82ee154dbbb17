using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>Refuses an apply that would change what others own.</summary>
internal static class FieldConflicts
{
    /// <summary>The annotation in which a command line keeps what it applied last, when it merges by itself.</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    // Only the stock command line moves from its own merge to the server's; under another name one opts out.
    private const string CommandLine = "kubectl";

    /// <summary>Checks that nobody else loses a field.</summary>
    /// <exception cref="ApiStatusException">Somebody does (409), worded as a real server words it.</exception>
    public static void Check(
        List<(FieldOwner Manager, FieldSet Fields)> conflicts, string name, JsonObject live, FieldSchema schema, ResourceKind kind)
    {
        if (conflicts.Count == 0) return;
        if (name == CommandLine && Migrating(live, schema, kind) is { } allowed)
            conflicts = [.. conflicts.Select(c => (c.Manager, Fields: c.Fields.Except(allowed))).Where(c => !c.Fields.IsEmpty)];
        if (conflicts.Count > 0) throw Fault([.. conflicts.OrderBy(c => c.Manager.Shown, StringComparer.Ordinal)]);
    }

    /// <summary>Keeps the annotation in step where an object has it, so that the older way can be gone back to.</summary>
    public static void KeepLastApplied(JsonObject live, JsonObject applied, JsonObject next, string name)
    {
        if (name != CommandLine || live.Text("metadata", "annotations", LastApplied) is null) return;
        var kept = (JsonObject)applied.DeepClone();
        kept.Map("metadata", "annotations")?.Remove(LastApplied);
        next.Ensure("metadata", "annotations")[LastApplied] = kept.ToJsonString(ApiJson.Options) + "\n";
    }

    // What the command line applied by itself, and nobody has changed since, is its own to take.
    private static FieldSet? Migrating(JsonObject live, FieldSchema schema, ResourceKind kind)
    {
        if (live.Text("metadata", "annotations", LastApplied) is not { } text) return null;
        try
        {
            if (JsonNode.Parse(text) is not JsonObject last) return null;
            var difference = DocumentDifference.Between(last, live, kind, schema);
            return DocumentFields.Of(last, schema).Except(difference.Modified).Except(difference.Removed);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiStatusException Fault(List<(FieldOwner Manager, FieldSet Fields)> conflicts)
    {
        var paths = conflicts.SelectMany(c => c.Fields.Paths().Select(p => (c.Manager, Path: p))).ToList();
        var message = paths.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {paths[0].Manager.Shown}: {paths[0].Path}"
            : $"Apply failed with {paths.Count} conflicts: " + string.Join('\n', conflicts.Select(c =>
                $"conflicts with {c.Manager.Shown}:\n" + string.Join('\n', c.Fields.Paths().Select(p => "- " + p))));
        return new ApiStatusException(409, "Conflict", message, new JsonObject
        {
            ["causes"] = new JsonArray([.. paths.Select(p => (JsonNode)new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {p.Manager.Shown}",
                ["field"] = p.Path,
            })]),
        });
    }
}
