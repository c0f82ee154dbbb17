using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Fields;

/// <summary>One entry of <c>metadata.managedFields</c>: who set which fields, how, through which path and when.</summary>
/// <param name="Name">The client's name for itself.</param>
/// <param name="Applies">Whether by <c>Apply</c>; else by <c>Update</c>.</param>
/// <param name="ApiVersion">The version of the object that was written.</param>
/// <param name="Subresource">The part that was written; empty for the whole.</param>
/// <param name="Time">When the set last changed; null when unknown.</param>
/// <param name="Fields">What the manager owns.</param>
internal sealed record FieldOwner(string Name, bool Applies, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    /// <summary>Whether this entry is that of a writer. An update's entry counts for one version only, an apply's for all.</summary>
    public bool Is(string name, bool applies, string apiVersion, string subresource) =>
        Name == name && Applies == applies && Subresource == subresource && (applies || ApiVersion == apiVersion);

    /// <summary>How conflicts name the manager.</summary>
    public string Shown => $"\"{Name}\"" + (Subresource.Length > 0 ? $" with subresource \"{Subresource}\"" : "")
        + (Applies ? "" : $" using {ApiVersion}");

    /// <summary>Reads the entries of an object's metadata; null when there are none that can be understood.</summary>
    public static List<FieldOwner>? Read(JsonNode? entries)
    {
        if (entries is not JsonArray list) return null;
        var managers = new List<FieldOwner>(list.Count);
        try
        {
            foreach (var entry in list)
            {
                // One empty entry is how a client takes every owner away.
                if (entry is not JsonObject { Count: var said }) return null;
                if (said == 0) continue;
                if (entry.Text("operation") is not ("Apply" or "Update") || entry.Text("apiVersion") is not { } version) return null;
                managers.Add(new FieldOwner(
                    entry.Text("manager") ?? "",
                    entry.Text("operation") == "Apply",
                    version,
                    entry.Text("subresource") ?? "",
                    entry.Text("time"),
                    FieldSet.Read(entry["fieldsV1"])));
            }
        }
        catch (FormatException)
        {
            return null;
        }

        return managers;
    }

    /// <summary>Writes entries as a real server orders them: applies before updates, then by time and name.</summary>
    public static JsonArray? Write(IEnumerable<FieldOwner> managers)
    {
        var entries = managers.Where(m => !m.Fields.IsEmpty)
            .OrderBy(m => m.Applies ? 0 : 1)
            .ThenBy(m => m.Time, StringComparer.Ordinal)
            .ThenBy(m => m.Name, StringComparer.Ordinal)
            .ThenBy(m => m.ApiVersion, StringComparer.Ordinal)
            .ThenBy(m => m.Subresource, StringComparer.Ordinal)
            .Select(m => (JsonNode)m.Entry()).ToArray();
        return entries.Length == 0 ? null : new JsonArray(entries);
    }

    private JsonObject Entry()
    {
        var entry = new JsonObject
        {
            ["manager"] = Name,
            ["operation"] = Applies ? "Apply" : "Update",
            ["apiVersion"] = ApiVersion,
        };
        if (Time is not null) entry["time"] = Time;
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.Write();
        if (Subresource.Length > 0) entry["subresource"] = Subresource;
        return entry;
    }
}
