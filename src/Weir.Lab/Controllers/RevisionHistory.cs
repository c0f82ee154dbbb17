using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Keeps the templates that a StatefulSet or DaemonSet has had, as ControllerRevisions: what <c>kubectl rollout undo</c> goes back to.</summary>
internal sealed class RevisionHistory(LabApi api, LabCaches caches)
{
    private const string HashLabel = "controller-revision-hash";

    /// <summary>Makes sure that the present template is the newest revision; takes away old ones beyond the set's limit.</summary>
    /// <param name="set">The StatefulSet or DaemonSet.</param>
    /// <param name="hash">The value of the label by which its pods name the template.</param>
    /// <param name="name">The revision's name.</param>
    /// <param name="used">The labels' values that pods still have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task KeepAsync(JsonObject set, string hash, string name, IReadOnlySet<string> used, CancellationToken cancellationToken)
    {
        var collection = LabApi.Path("apps", "controllerrevisions", set.ObjectName().Namespace);
        var known = caches.Revisions.OwnedBy(set.Text("metadata", "uid") ?? "");
        var last = known.Select(Number).DefaultIfEmpty(0).Max();
        var present = known.Find(r => r.ObjectName().Name == name);
        if (present is null)
        {
            await CreateAsync(collection, Revision(set, hash, name, last + 1), cancellationToken);
        }
        else if (Number(present) < last)
        {
            // A template that comes back is the newest again.
            await api.MergeAsync($"{collection}/{name}", new JsonObject { ["revision"] = last + 1 }, caches.Revisions, cancellationToken);
        }

        var keep = (int)Math.Clamp(set.Number("spec", "revisionHistoryLimit") ?? 10, 0, int.MaxValue);
        var idle = known.Where(r => r.ObjectName().Name != name && !used.Contains(r.Text("metadata", "labels", HashLabel) ?? ""));
        foreach (var old in idle.OrderByDescending(Number).Skip(keep)) await api.DeleteAsync(collection, old, caches.Revisions, cancellationToken);
    }

    private static long Number(JsonObject revision) => revision.Number("revision") ?? 0;

    private async Task CreateAsync(string collection, JsonObject revision, CancellationToken cancellationToken)
    {
        try
        {
            await api.CreateAsync(collection, revision, caches.Revisions, cancellationToken);
        }
        catch (ApiRefusedException there) when (there.IsConflict)
        {
            // The cache has not seen it yet; the next look does.
        }
    }

    private static JsonObject Revision(JsonObject set, string hash, string name, long number)
    {
        var template = (JsonObject)set.At("spec", "template")!.DeepClone();
        var labels = (template.Map("metadata", "labels")?.DeepClone() as JsonObject) ?? [];
        labels[HashLabel] = hash;
        template["$patch"] = "replace";
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels, ["ownerReferences"] = Owners.Reference(set) },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
            ["revision"] = number,
        };
    }
}
